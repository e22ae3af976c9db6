-- report loyalty
WITH customers_orders /* one row per customer: orders_made, first_order */ AS (
  SELECT
    customer_id,
    COUNT(*) AS orders_made,
    MIN(day) AS first_order
  FROM orders
  WHERE
    (day <= DATE '2026-06-30' OR day IS NULL)
  GROUP BY 1
), customer_with_totals AS (
  SELECT
    customer.id,
    COALESCE(customer_orders.orders_made, 0) AS orders_made,
    customer_orders.first_order
  FROM customers AS customer
  LEFT JOIN customers_orders AS customer_orders
    ON customer.id = customer_orders.customer_id
), plan_moments AS (
  SELECT
    customer.id AS for_id,
    orders.day AS moment
  FROM orders
  LEFT JOIN customers AS customer
    ON orders.customer_id = customer.id
  WHERE
    (orders.day <= DATE '2026-06-30' OR orders.day IS NULL)
  GROUP BY 1, 2
), plan_rows AS (
  SELECT
    customer_id,
    starts,
    ends,
    name,
    id
  FROM plans
), plan_candidates AS (
  SELECT
    plan_moments.for_id,
    plan_moments.moment,
    plan_rows.name,
    ROW_NUMBER() OVER (
      PARTITION BY plan_moments.for_id, plan_moments.moment
      ORDER BY plan_rows.starts DESC NULLS LAST, plan_rows.id DESC NULLS LAST
    ) AS nth
  FROM plan_moments
  JOIN plan_rows
    ON plan_moments.for_id = plan_rows.customer_id
    AND (plan_rows.starts <= plan_moments.moment OR plan_rows.starts IS NULL)
    AND (plan_rows.ends > plan_moments.moment OR plan_rows.ends IS NULL)
), plan_picked /* the plan of each customer at each time */ AS (
  SELECT
    for_id,
    moment,
    name
  FROM plan_candidates
  WHERE
    nth = 1
)
SELECT
  customer.orders_made,
  plan.name,
  COALESCE(SUM(orders.amount), 0) AS revenue
FROM orders
LEFT JOIN customer_with_totals AS customer
  ON orders.customer_id = customer.id
LEFT JOIN plan_picked AS plan
  ON customer.id = plan.for_id AND orders.day = plan.moment
WHERE
  (orders.day <= DATE '2026-06-30' OR orders.day IS NULL) AND orders.day = customer.first_order
GROUP BY 1, 2
ORDER BY customer.orders_made NULLS LAST, plan.name NULLS LAST;

-- report rate
WITH customers_orders /* one row per customer: orders_made */ AS (
  SELECT
    customer_id,
    COUNT(*) AS orders_made
  FROM orders
  WHERE
    (day <= DATE '2026-06-30' OR day IS NULL)
  GROUP BY 1
)
SELECT
  customers.country,
  COUNT(*) FILTER (WHERE COALESCE(customers_orders.orders_made, 0) >= 2) / NULLIF(COUNT(*) FILTER (WHERE COALESCE(customers_orders.orders_made, 0) >= 1), 0) AS repurchase
FROM customers
LEFT JOIN customers_orders
  ON customers.id = customers_orders.customer_id
WHERE
  (COALESCE(customers_orders.orders_made, 0) >= 2 OR COALESCE(customers_orders.orders_made, 0) >= 1)
GROUP BY 1
ORDER BY customers.country NULLS LAST;
