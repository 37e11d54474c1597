"""Reports: statistics, charts, spreadsheets. Pure."""
