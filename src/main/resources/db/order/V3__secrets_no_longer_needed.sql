-- With a secret a payment is confirmed: an order that no longer waits for one keeps none.
UPDATE orders SET payment_url = NULL, payment_secret = NULL
WHERE status <> 'PENDING' AND (payment_url IS NOT NULL OR payment_secret IS NOT NULL);
