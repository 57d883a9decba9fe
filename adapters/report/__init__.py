"""Reports: results as tables for people and their tools."""
