"""Deploys the system on one machine."""
