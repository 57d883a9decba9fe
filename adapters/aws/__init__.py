"""AWS: the ledger in DynamoDB, results in S3, invocations and events of Lambda."""
