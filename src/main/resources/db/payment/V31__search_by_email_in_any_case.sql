-- An address is looked for as somebody writes it today, which may be another case than that of the payment.
DROP INDEX payment_email;
CREATE INDEX payment_email ON payment (lower(email), created_at) WHERE email IS NOT NULL;
