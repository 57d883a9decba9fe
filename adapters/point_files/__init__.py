"""Files of points: rows from CSV, JSON lines or Parquet, typed and checked, as tables that are stored by content."""
