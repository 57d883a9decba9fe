# The deployed system, on this machine and in an account; included by the Makefile.
STACK ?= local-stack
# Template parameters, as in PARAMETERS="WorkerTimeout=20 WorkerConcurrency=4".
PARAMETERS ?=
PAIRS = $(foreach pair,$(PARAMETERS),--parameter '$(pair)')
# TARGETS, AWS_SERVICES and ARCHITECTURE reach the commands through the environment. They have no value here, because a
# stack that is deployed keeps what it was built from, unless they are given.

.PHONY: stack-up stack-down stack-env bundle deploy seal check-template

# The emulator runs the functions with the Python of this environment: Lambda's version, if this machine has it.
LAMBDA_VERSION := 3.13
.venv-aws/.ready: requirements/aws.lock .venv/.ready
	"$$(infra/find-python $(LAMBDA_VERSION) || echo $(PYTHON))" -m venv --clear .venv-aws
	$(BIN)/uv pip install $(UV) --no-deps --python .venv-aws/bin/python -r requirements/aws.lock || .venv-aws/bin/pip install $(PIP) --no-deps --require-hashes -r requirements/aws.lock
	@touch $@

stack-up: .venv-aws/.ready ## Deploy the whole system onto an emulator on this machine
	@.venv-aws/bin/python -m infra.local.stack up --name $(STACK) $(PAIRS)

stack-down: .venv-aws/.ready ## Stop it, and leave nothing behind
	@.venv-aws/bin/python -m infra.local.stack down --name $(STACK)

stack-env: .venv-aws/.ready ## Print what a shell needs to use it: eval "$(make -s stack-env)"
	@.venv-aws/bin/python -m infra.local.stack env --name $(STACK)

bundle: .venv-aws/.ready ## Build what the functions run, and print its size
	@cd infra && SAM_CLI_TELEMETRY=0 ../.venv-aws/bin/sam build \
	  --parameter-overrides Architecture=$(or $(ARCHITECTURE),arm64)

deploy: .venv-aws/.ready ## Deploy into your AWS account; shows the changes and asks first
	@.venv-aws/bin/python -m infra.deploy $(PAIRS)

seal: setup ## Name the API's deployment after what it deploys
	@$(BIN)/python -m infra.template_file

check-template: .venv-aws/.ready setup ## Check the template with the SAM CLI and cfn-lint
	@cd infra && SAM_CLI_TELEMETRY=0 AWS_DEFAULT_REGION=us-east-1 ../.venv-aws/bin/sam validate --lint
	@$(BIN)/cfn-lint infra/template.yaml
