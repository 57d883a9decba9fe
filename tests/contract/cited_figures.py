"""The figures of the documents that others determine: AWS, standards and measurements, each with who says so."""

from __future__ import annotations

# By page and by source.
CITED: dict[str, dict[str, list[str]]] = {
    "README.md": {"Python's list of changes": ["which 3.12 made more exact"]},
    "docs/costs.md": {
        "benchmarks.ledger": [
            "of a hundred thousand, 330; 100 of them",
            "below 1 KB",
            "150 bytes to 1 KB",
            "below 2 KB",
        ],
        "adapters.aws.dynamodb_items": ["| 150 bytes | at a cancellation"],
        "DynamoDB's quotas": ["takes 1,000 writes and 3,000 reads a second for each partition key"],
    },
    "docs/deploy.md": {
        "make stack-up and make deploy, which print the sizes": [
            "worker | 44.8 MB | 15.0 MB |",
            "undelivered | 44.7 MB | 15.0 MB |",
            "worker with numpy 2.4 | 96.6 MB | 30.4 MB |",
            "worker | 41.4 MB | 15.0 MB |",
        ],
        "Lambda's quotas": [
            "Lambda accepts 250 MB unpacked. It accepts 50 MB zipped",
            "| 1,000, in some new accounts 10 |",
            "| 1,000 in 10 s; cannot be raised |",
            "Ask for 1,000 in the console",
            "6 MB and 1 MB, and of memory",
            "a sweep of more than 1,000 shards",
        ],
        "API Gateway's quotas": [
            "| 10,000 a second |",
            "the limits of 29 s, 10 MB,",
            "a body above 10 MB",
            "a request of 11 MB",
        ],
        "IAM's quotas": ["| IAM: roles, an account | 1,000 |"],
        "AWS's price lists": [
            "25 GB in DynamoDB",
            "3 USD a month for the dashboard",
            "0.25 USD per GB and month, and 0.20 for point-in-time recovery",
            "0.023 USD per GB and month",
            "0.03 USD per GB and month",
            "at 0.30 USD a month each",
        ],
        "the account of the example": ["| 10 | 0: Lambda allows none | 10 |", "**In an account of 10**"],
        "benchmarks.deployed": ["of 2,000 shards none is lost", "A sweep of 1,000 shards of the default target"],
        "what to try": ["a sweep of 2,000 shards that each sleep for 30 s"],
    },
    "docs/designs.md": {
        "the journals": [
            "J. Mach. Learn. Res. 13, 281 (2012)",
            "SC 2011",
            "Technometrics 21, 239 (1979)",
            "Technometrics 29, 143 (1987)",
            "SIAM J. Sci. Comput. 30, 2635 (2008)",
            "Ann. Statist. 25, 1541 (1997)",
            "J. Complexity 14, 527 (1998)",
            "arXiv:2008.08051 (2020)",
            "Numer. Math. 2, 84 (1960)",
            "arXiv:1706.02808 (2017)",
            "Comput. Phys. Commun. 181, 259 (2010)",
        ],
        "its own list of sources": ["[10]", "[11]", "10. A. B. Owen", "11. A. Saltelli"],
    },
    "docs/http-api.md": {"API Gateway's quotas": ["a body above 10 MB", "within 29 seconds"]},
    "docs/results.md": {"Parquet's integers": ["at most 64 bits", "beyond 64 bits"]},
    "docs/sweep-file.md": {
        "benchmarks.sweep_file": ["YAML takes about 0.4 s a megabyte"],
        "tests/unit/domain/space/test_levels.py": ["within 2 units in the last place", "fourth is 0.3"],
    },
    "docs/your-own-simulation.md": {"Lambda's quotas": ["Lambda accepts 250 MB unpacked"]},
}
