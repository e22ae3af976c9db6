"""What comes out, for people and for programs: diagnostics (terminal, json, github, sarif) and results (tables, parquet).
Each format is one file; nothing here knows the language, SQL or an engine.
"""
