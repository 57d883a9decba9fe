"""What people read results with: tables."""
