"""Builds the bundles and deploys them to AWS, or to an emulator of it; nothing in this folder is packaged."""
