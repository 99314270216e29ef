package io.payroute.platform;

/**
 * One field that cannot be taken, as a {@link Refusal} names it: an entry of {@code errors[]} in an answer by HTTP.
 *
 * @param field the field's name as the contract spells it; empty for the body as a whole
 * @param rule a stable code that programs can test, such as {@code amount_precision} or {@code unknown_field}
 * @param detail one sentence for a person; never a part of what the client sent, except the field's name
 */
public record FieldError(String field, String rule, String detail) {
}
