package io.payroute.platform;

import java.util.List;
import java.util.OptionalInt;

/**
 * Refuses a request, in words for its caller. It knows no protocol: what was requested by HTTP is answered with a status,
 * by gRPC with a code, and what came from Kafka becomes a dead letter. Everything in it is public. It has no stack trace: refusing
 * is cheap also under attack.
 */
public class Refusal extends RuntimeException {

    /** Why, as far as somebody can act on it. */
    public enum Kind {
        /** The request cannot be read. */
        MALFORMED,
        /** The caller is not known. */
        UNAUTHENTICATED,
        /** The caller is known, and is not allowed to. */
        FORBIDDEN,
        /** There is nothing of this name, or nothing that the caller may see. */
        NOT_FOUND,
        /** The state forbids it, or the same is under way. */
        CONFLICT,
        /** It can be read, but breaks a rule. */
        INVALID,
        /** The caller's share is used up; nothing was done. */
        TOO_MANY,
        /** There is no room, or a database is unavailable. The same request may be sent again. */
        UNAVAILABLE,
        /** It failed, and neither another request nor time cures that. */
        INTERNAL
    }

    private static final long serialVersionUID = 1L;

    private final Kind kind;
    private final String type;
    private final String title;
    private final transient List<FieldError> errors;
    private final int retryAfterSeconds;

    /**
     * @param type a word that programs can test
     * @param title what this type means, the same words every time
     * @param detail what happened this time, in words for the caller
     * @param errors the fields concerned, empty when none
     * @param retryAfterSeconds after which it may be asked again; negative where waiting does not help
     */
    protected Refusal(Kind kind, String type, String title, String detail, List<FieldError> errors, int retryAfterSeconds) {
        super(detail, null, false, false);
        this.kind = kind;
        this.type = type;
        this.title = title;
        this.errors = List.copyOf(errors);
        this.retryAfterSeconds = retryAfterSeconds;
    }

    public static Refusal malformed(String detail) {
        return of(Kind.MALFORMED, "malformed-request", "The request cannot be read", detail);
    }

    /** For one field. */
    public static Refusal malformed(FieldError error) {
        return new Refusal(Kind.MALFORMED, "malformed-request", "The request cannot be read", error.detail(), List.of(error),
                -1);
    }

    public static Refusal unauthenticated(String detail) {
        return of(Kind.UNAUTHENTICATED, "unauthorized", "Authentication is required", detail);
    }

    public static Refusal forbidden(String detail) {
        return of(Kind.FORBIDDEN, "forbidden", "Not allowed", detail);
    }

    public static Refusal notFound(String detail) {
        return of(Kind.NOT_FOUND, "not-found", "Not found", detail);
    }

    public static Refusal conflict(String detail) {
        return of(Kind.CONFLICT, "conflict", "Conflict with the current state", detail);
    }

    /** What stands in the way ends by itself. */
    public static Refusal conflict(String type, String title, String detail, int retryAfterSeconds) {
        return new Refusal(Kind.CONFLICT, type, title, detail, List.of(), retryAfterSeconds);
    }

    public static Refusal invalid(List<FieldError> errors) {
        return new Refusal(Kind.INVALID, "validation", "The request is not valid",
                errors.size() == 1 ? errors.get(0).detail() : errors.size() + " fields are not valid.", errors, -1);
    }

    /** For one field. */
    public static Refusal invalid(String field, String rule, String detail) {
        return invalid(List.of(new FieldError(field, rule, detail)));
    }

    public static Refusal tooMany(int retryAfterSeconds) {
        return new Refusal(Kind.TOO_MANY, "too-many-requests", "Too many requests",
                "The rate limit is reached. Nothing was done; send the request again later.", List.of(), retryAfterSeconds);
    }

    public static Refusal unavailable(int retryAfterSeconds) {
        return new Refusal(Kind.UNAVAILABLE, "overloaded", "Temporarily unavailable",
                "The server cannot take the request now. Send it again later, with the same Idempotency-Key.", List.of(),
                retryAfterSeconds);
    }

    /** One with a type of its own. */
    public static Refusal of(Kind kind, String type, String title, String detail) {
        return new Refusal(kind, type, title, detail, List.of(), -1);
    }

    /** One that another process made, as it made it. */
    public static Refusal told(Kind kind, String type, String detail, List<FieldError> errors, int retryAfterSeconds) {
        return new Refusal(kind, type, type, detail, errors, retryAfterSeconds);
    }

    public Kind kind() {
        return kind;
    }

    /** A word such as {@code validation}. */
    public String type() {
        return type;
    }

    public String title() {
        return title;
    }

    public String detail() {
        return getMessage();
    }

    public List<FieldError> errors() {
        return errors;
    }

    public OptionalInt retryAfterSeconds() {
        return retryAfterSeconds < 0 ? OptionalInt.empty() : OptionalInt.of(retryAfterSeconds);
    }
}
