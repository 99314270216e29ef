package io.payroute.platform.http;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A refusal that the client shall read: thrown anywhere behind the HTTP edge, rendered by {@link Problems} as RFC 9457
 * {@code application/problem+json}. Everything in it is public. It has no stack trace: refusing is cheap also under attack.
 */
public final class ProblemException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String type;
    private final String title;
    private final transient List<FieldError> errors;
    private final int retryAfterSeconds;
    private final String allowed;

    /**
     * @param status HTTP status code, 400 to 599
     * @param type slug of the problem's type; the body's {@code type} is {@code /problems/<slug>}
     * @param title what this type means, the same words every time
     * @param detail what happened this time, in words for the client
     * @param errors the fields concerned, empty when none
     * @param retryAfterSeconds value of the header {@code Retry-After}; negative for none
     */
    public ProblemException(int status, String type, String title, String detail, List<FieldError> errors,
            int retryAfterSeconds) {
        this(status, type, title, detail, errors, retryAfterSeconds, null);
    }

    private ProblemException(int status, String type, String title, String detail, List<FieldError> errors,
            int retryAfterSeconds, String allowed) {
        super(detail, null, false, false);
        this.status = status;
        this.type = type;
        this.title = title;
        this.errors = List.copyOf(errors);
        this.retryAfterSeconds = retryAfterSeconds;
        this.allowed = allowed;
    }

    /** 400: the request cannot be read. */
    public static ProblemException badRequest(String detail) {
        return of(400, "malformed-request", "The request cannot be read", detail);
    }

    /** 401: no token, or one that is not known. The edge adds {@code WWW-Authenticate}. */
    public static ProblemException unauthorized(String detail) {
        return of(401, "unauthorized", "Authentication is required", detail);
    }

    /** 403: known, but not allowed. */
    public static ProblemException forbidden(String detail) {
        return of(403, "forbidden", "Not allowed", detail);
    }

    /** 404: there is nothing of this name, or nothing the caller may see. */
    public static ProblemException notFound(String detail) {
        return of(404, "not-found", "Not found", detail);
    }

    /**
     * 405: the path exists, the method does not.
     *
     * @param allowed the header {@code Allow}, which a 405 must carry (RFC 9110, section 15.5.6)
     */
    public static ProblemException methodNotAllowed(String allowed) {
        return new ProblemException(405, "method-not-allowed", "The method is not allowed here",
                "This path does not take this method.", List.of(), -1, allowed);
    }

    /** 409: the state forbids it, or the same idempotency key is in flight. */
    public static ProblemException conflict(String detail) {
        return of(409, "conflict", "Conflict with the current state", detail);
    }

    /** 400: a query parameter that the path does not have. */
    public static ProblemException unknownParameter(String name, Collection<String> known) {
        String detail = known.isEmpty()
                ? "This path takes no query parameter."
                : "This query parameter is not known here; is it misspelt? There are " + String.join(", ", known) + ".";
        return new ProblemException(400, "malformed-request", "The request cannot be read", detail,
                List.of(new FieldError(JsonErrors.shown(name), "unknown_parameter", detail)), -1);
    }

    /** 413: the body is above the limit. */
    public static ProblemException tooLarge() {
        return of(413, "too-large", "The request is too large", "The body is larger than this server accepts.");
    }

    /** 414: the path and its query are above the limit. */
    public static ProblemException uriTooLong(int max) {
        return of(414, "uri-too-long", "The address is too long",
                "Path and query together must have at most " + max + " characters.");
    }

    /** 415: the body is not declared as {@code application/json}. */
    public static ProblemException unsupportedMediaType() {
        return of(415, "unsupported-media-type", "Unsupported media type",
                "Send the body with the header Content-Type: application/json.");
    }

    /** 422: readable, but one or more fields break a rule. */
    public static ProblemException validation(List<FieldError> errors) {
        return new ProblemException(422, "validation", "The request is not valid", describe(errors), errors, -1);
    }

    /** 422 for one field. */
    public static ProblemException validation(String field, String rule, String detail) {
        return validation(List.of(new FieldError(field, rule, detail)));
    }

    /** 429: the caller's share is used up; nothing was done. */
    public static ProblemException tooManyRequests(int retryAfterSeconds) {
        return new ProblemException(429, "too-many-requests", "Too many requests",
                "The rate limit is reached. Nothing was done; send the request again later.", List.of(), retryAfterSeconds);
    }

    /** 503: the server has no room, is stopping, or lacks its database. The same request may be sent again. */
    public static ProblemException overloaded(int retryAfterSeconds) {
        return new ProblemException(503, "overloaded", "Temporarily unavailable",
                "The server cannot take the request now. Send it again later, with the same Idempotency-Key.", List.of(),
                retryAfterSeconds);
    }

    /** A problem without fields and without a time to wait. */
    public static ProblemException of(int status, String type, String title, String detail) {
        return new ProblemException(status, type, title, detail, List.of(), -1);
    }

    public int status() {
        return status;
    }

    /** The type's slug, such as {@code validation}. */
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

    /** The methods that a 405 names, comma separated. */
    public Optional<String> allowed() {
        return Optional.ofNullable(allowed);
    }

    private static String describe(List<FieldError> errors) {
        return errors.size() == 1 ? errors.get(0).detail() : errors.size() + " fields are not valid; see errors.";
    }
}
