package io.payroute.platform.http;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

import io.payroute.platform.FieldError;
import io.payroute.platform.Refusal;

/** What HTTP alone refuses: a method, a medium, a length. */
public final class HttpRefusal extends Refusal {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String allowed;

    private HttpRefusal(int status, String type, String title, String detail, String allowed) {
        super(Kind.MALFORMED, type, title, detail, List.of(), -1);
        this.status = status;
        this.allowed = allowed;
    }

    /**
     * The path exists, the method does not.
     *
     * @param allowed the header {@code Allow}, which a 405 must carry (RFC 9110, section 15.5.6)
     */
    public static Refusal methodNotAllowed(String allowed) {
        return new HttpRefusal(405, "method-not-allowed", "The method is not allowed here",
                "This path does not take this method.", allowed);
    }

    /** The body is above the limit. */
    static HttpRefusal tooLarge() {
        return of(413, "too-large", "The request is too large", "The body is larger than this server accepts.");
    }

    /** The path and its query are above the limit. */
    static HttpRefusal uriTooLong(int max) {
        return of(414, "uri-too-long", "The address is too long",
                "Path and query together must have at most " + max + " characters.");
    }

    /** The body is not declared as {@code application/json}. */
    static HttpRefusal unsupportedMediaType() {
        return of(415, "unsupported-media-type", "Unsupported media type",
                "Send the body with the header Content-Type: application/json.");
    }

    /** A page that is shown after a login; the answer has the header {@code Location}. */
    public static Refusal loginRequired() {
        return of(303, "login-required", "A login is required", "Log in to see this page.");
    }

    /** A query parameter that the path does not have. */
    public static Refusal unknownParameter(String name, Collection<String> known) {
        return Refusal.malformed(new FieldError(JsonErrors.shown(name), "unknown_parameter", known.isEmpty()
                ? "This path takes no query parameter."
                : "This query parameter is not known here; is it misspelt? There are " + String.join(", ", known) + "."));
    }

    /** Nothing that the caller can correct, and no more of it than a reference into the log. */
    static Refusal internal(String reference) {
        return Refusal.of(Kind.INTERNAL, "internal", "Internal error",
                "The request failed; it was logged with reference " + reference + ".");
    }

    /** @param status 303, or 400 to 499 */
    static HttpRefusal of(int status, String type, String title, String detail) {
        return new HttpRefusal(status, type, title, detail, null);
    }

    /** The status code of any refusal. */
    public static int status(Refusal refusal) {
        return refusal instanceof HttpRefusal own ? own.status : switch (refusal.kind()) {
            case MALFORMED -> 400;
            case UNAUTHENTICATED -> 401;
            case FORBIDDEN -> 403;
            case NOT_FOUND -> 404;
            case CONFLICT -> 409;
            case INVALID -> 422;
            case TOO_MANY -> 429;
            case UNAVAILABLE -> 503;
            case INTERNAL -> 500;
        };
    }

    /** The methods that a 405 names, comma separated. */
    static Optional<String> allowed(Refusal refusal) {
        return refusal instanceof HttpRefusal own ? Optional.ofNullable(own.allowed) : Optional.empty();
    }
}
