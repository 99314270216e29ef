#!/bin/sh
# Runs once, when the database server's volume is new: a database and a user of its own for each role, closed to the others.
set -eu

create() {
  psql -v ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres --set=role="$1" --set=password="$2" <<'SQL'
CREATE USER :"role" PASSWORD :'password';
CREATE DATABASE :"role" OWNER :"role";
REVOKE ALL ON DATABASE :"role" FROM PUBLIC;
SQL
}

create payment "$PAYMENT_JDBC_PASSWORD"
create notification "$NOTIFICATION_JDBC_PASSWORD"
create inventory "$INVENTORY_JDBC_PASSWORD"
create user "$USER_JDBC_PASSWORD"
create product "$PRODUCT_JDBC_PASSWORD"
create order "$ORDER_JDBC_PASSWORD"
create aggregator "$AGGREGATOR_JDBC_PASSWORD"
