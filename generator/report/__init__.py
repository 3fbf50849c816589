"""What people and machines read: problems, tables, differences."""
