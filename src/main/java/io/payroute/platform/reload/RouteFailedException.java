package io.payroute.platform.reload;

/** A route that cannot be started; its file says what is wrong in words that its author knows. */
final class RouteFailedException extends Exception {

    private static final long serialVersionUID = 1L;

    RouteFailedException(String route, Throwable failure) {
        super("Route '" + route + "' cannot be started: " + reason(failure), failure);
    }

    /** The innermost words: what is around them names classes and lists the steps. */
    private static String reason(Throwable failure) {
        Throwable at = failure;
        while (at.getCause() != null && at.getCause() != at) {
            at = at.getCause();
        }
        String message = at.getMessage() == null ? at.getClass().getSimpleName() : at.getMessage();
        return message.lines().findFirst().orElse("").strip().replaceFirst("([^.?!])$", "$1.");
    }
}
