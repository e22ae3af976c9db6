"""Connections to databases: one file an engine, opened by `base.open_engine`. Only this room opens connections and loads drivers."""
