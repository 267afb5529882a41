/** The sample warehouse, as a shop's data team would have built it. Money is exact text, times are UTC. */
export const schema = `
  CREATE TABLE companies (
    company_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    domain TEXT NOT NULL,
    industry TEXT NOT NULL,
    employees INTEGER,
    country TEXT NOT NULL,
    annual_revenue DECIMAL(14,2)
  );
  CREATE TABLE customers (
    customer_id INTEGER PRIMARY KEY,
    email TEXT,
    first_name TEXT,
    last_name TEXT NOT NULL,
    company_id INTEGER REFERENCES companies (company_id),
    phone TEXT,
    city TEXT,
    country TEXT NOT NULL,
    language TEXT NOT NULL,
    birthday DATE,
    signed_up_at DATETIME NOT NULL,
    plan TEXT NOT NULL,
    marketing_consent BOOLEAN NOT NULL
  );
  CREATE TABLE orders (
    order_id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customers (customer_id),
    ordered_at DATETIME NOT NULL,
    status TEXT NOT NULL,
    items INTEGER NOT NULL,
    total DECIMAL(10,2) NOT NULL,
    currency TEXT NOT NULL,
    coupon TEXT
  );
  CREATE TABLE subscriptions (
    subscription_id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customers (customer_id),
    plan TEXT NOT NULL,
    seats INTEGER NOT NULL,
    mrr DECIMAL(10,2) NOT NULL,
    started_on DATE NOT NULL,
    canceled_on DATE,
    status TEXT NOT NULL
  );
  CREATE TABLE tickets (
    ticket_id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customers (customer_id),
    opened_at DATETIME NOT NULL,
    closed_at DATETIME,
    priority TEXT NOT NULL,
    channel TEXT NOT NULL,
    subject TEXT NOT NULL,
    satisfaction INTEGER
  );
  CREATE TABLE product_usage (
    customer_id INTEGER NOT NULL REFERENCES customers (customer_id),
    day DATE NOT NULL,
    sessions INTEGER NOT NULL,
    minutes REAL NOT NULL,
    features JSON NOT NULL,
    PRIMARY KEY (customer_id, day)
  );`

/** Made after the rows are in: it is quicker so. */
export const indexes = `
  CREATE INDEX orders_by_customer ON orders (customer_id, ordered_at);
  CREATE INDEX subscriptions_by_customer ON subscriptions (customer_id);
  CREATE INDEX tickets_by_customer ON tickets (customer_id);
  CREATE VIEW customer_value AS
    SELECT
      c.customer_id,
      count(o.order_id) AS orders_count,
      printf('%.2f', coalesce(sum(o.total), 0)) AS lifetime_value,
      max(o.ordered_at) AS last_order_at
    FROM customers c LEFT JOIN orders o ON o.customer_id = c.customer_id AND o.status = 'paid'
    GROUP BY c.customer_id;`

/**
 * Who bought at least three times, said yes to marketing, and has not ordered in the 60 days before the newest order. Counted from the
 * data and not from today, so that the same customers come up tomorrow.
 */
export const winBackSql = `SELECT
  c.customer_id, c.email, c.first_name, c.last_name, c.phone, c.city, c.country,
  k.name AS company, c.plan, v.lifetime_value, v.orders_count, v.last_order_at, c.marketing_consent
FROM customers c
JOIN customer_value v ON v.customer_id = c.customer_id
LEFT JOIN companies k ON k.company_id = c.company_id
WHERE c.marketing_consent
  AND v.orders_count >= 3
  AND v.last_order_at < (SELECT datetime(max(ordered_at), '-60 days') FROM orders)`
