"""What comes out, for people and for programs: diagnostics (terminal, json, github, sarif) and results (tables, parquet). Nothing here knows
the language, SQL or an engine; each format is one file.
"""
