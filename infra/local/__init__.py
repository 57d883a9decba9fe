"""Deploys the system on one machine, onto an emulator of AWS."""
