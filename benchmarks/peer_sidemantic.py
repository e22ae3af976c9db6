"""The questions of `benchmarks/peers.py` in sidemantic. Runs in an environment of its own, without kpidsl. Prints JSON: its version, and
the SQL of each question with the milliseconds that it takes once all is loaded."""

from __future__ import annotations

import json
import statistics
import sys
import time
from importlib.metadata import version

from sidemantic import Dimension, Metric, Model, Relationship, SemanticLayer

PAID = "{model}.status IN ('paid', 'shipped')"


def layer() -> SemanticLayer:
    made = SemanticLayer(auto_register=False, dialect="duckdb")
    made.add_model(
        Model(
            name="orders",
            table="orders",
            primary_key="order_id",
            relationships=[Relationship(name="customers", type="many_to_one", foreign_key="customer_id", primary_key="customer_id")],
            dimensions=[
                Dimension(name="ordered_at", type="time", granularity="day", sql="ordered_at"),
                Dimension(name="status", type="categorical", sql="status"),
            ],
            metrics=[
                Metric(name="revenue", agg="sum", sql="amount", filters=[PAID]),
                Metric(name="orders_n", agg="count", filters=[PAID]),
                Metric(name="all_orders", agg="count"),
                Metric(name="buyers", agg="count_distinct", sql="customer_id", filters=[PAID]),
            ],
        )
    )
    made.add_model(
        Model(
            name="customers",
            table="customers",
            primary_key="customer_id",
            dimensions=[
                Dimension(name="country", type="categorical", sql="country"),
                Dimension(name="channel", type="categorical", sql="channel"),
            ],
        )
    )
    made.add_model(
        Model(
            name="ad_spend",
            table="ad_spend",
            primary_key="id",
            dimensions=[
                Dimension(name="day", type="time", granularity="day", sql="day"),
                Dimension(name="channel", type="categorical", sql="channel"),
            ],
            metrics=[Metric(name="spend", agg="sum", sql="cost"), Metric(name="clicks", agg="sum", sql="clicks")],
        )
    )
    made.add_metric(Metric(name="aov", type="ratio", numerator="orders.revenue", denominator="orders.orders_n"))
    made.add_metric(Metric(name="spend_28", type="cumulative", sql="ad_spend.spend", window="27 days"))
    return made


def main() -> None:
    made = layer()
    found = {}
    for name, (metrics, dimensions) in json.load(sys.stdin).items():
        try:
            sql = made.compile(metrics=metrics, dimensions=dimensions, order_by=dimensions)
            times = []
            for _ in range(10):
                start = time.process_time()
                made.compile(metrics=metrics, dimensions=dimensions, order_by=dimensions)
                times.append(time.process_time() - start)
            found[name] = {"sql": sql, "ms": statistics.median(times) * 1000}
        except Exception as error:  # noqa: BLE001  whatever it says is the answer
            found[name] = {"error": " ".join(f"{type(error).__name__}: {error}".split())[:200]}
    print(json.dumps({"version": version("sidemantic"), "found": found}))


if __name__ == "__main__":
    main()
