package io.payroute.platform.http;

import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;

import org.jboss.logging.Logger;

import io.netty.handler.codec.DecoderException;
import io.payroute.platform.Causes;
import io.payroute.platform.Refusal;
import io.payroute.platform.Transient;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;

/**
 * Answers what never reaches a route, or comes back from one as a failure, with the same problem+json as {@link Problems}. It
 * also takes in what the client still sends, so that the answer arrives, and closes the connection of one that does not stop.
 */
final class ProblemWriter {

    /** Key in the routing context of the {@link RequestCheck}, which knows how refusals are told there. */
    static final String CHECK = "payroute.check";

    /** How long a client may go on sending a body that was already refused, in milliseconds. */
    private static final long LINGER_MS = 2_000;
    private static final int RETRY_AFTER_SECONDS = 1;
    private static final CharSequence CONTENT_TYPE = HttpHeaders.createOptimized(ProblemBody.CONTENT_TYPE);
    private static final CharSequence ENVELOPE_TYPE = HttpHeaders.createOptimized(ProblemBody.ENVELOPE_TYPE);
    private static final Logger LOG = Logger.getLogger(ProblemWriter.class);

    private ProblemWriter() {
    }

    /** Writes the answer to the context's failure, or to its status code where nothing matched. */
    static void writeFailure(RoutingContext context) {
        if (context.response().closed() || context.failure() instanceof HttpClosedException) {
            // The client disconnected: there is nobody to answer, and nothing of ours that failed.
            return;
        }
        if (isUnreadable(context) || FramingCheck.isAmbiguous(context.request())) {
            writeAndClose(context, Refusal.malformed("The request is not well-formed."));
        } else {
            write(context, problemOf(context));
        }
    }

    /** What the HTTP library says of a body whose chunks are malformed. */
    private static boolean isUnreadable(RoutingContext context) {
        Throwable failure = context.failure();
        return !context.request().isEnded()
                && (failure instanceof DecoderException || failure instanceof NumberFormatException);
    }

    /**
     * Answers and closes the connection, and nothing that it has brought behind this request is read as another one: the answer
     * is whole by its length, but never ended, which is what Vert.x waits for before it goes on.
     */
    static void writeAndClose(RoutingContext context, Refusal problem) {
        HttpServerResponse response = context.response();
        if (isUnanswered(response) && context.request().version() != HttpVersion.HTTP_2) {
            Buffer body = prepare(context, problem);
            response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
            response.write(body).onComplete(written -> context.request().connection().close());
        } else {
            write(context, problem);
        }
    }

    static void write(RoutingContext context, Refusal problem) {
        HttpServerResponse response = context.response();
        if (!isUnanswered(response)) {
            return;
        }
        HttpServerRequest request = context.request();
        boolean unread = !request.isEnded();
        Buffer body = prepare(context, problem);
        int status = HttpRefusal.status(problem);
        boolean close = unread && (status == 413 || status == 408) && request.version() != HttpVersion.HTTP_2;
        if (close) {
            response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
        response.end(body);
        if (unread) {
            discardRest(context, request, close);
        }
    }

    private static boolean isUnanswered(HttpServerResponse response) {
        if (response.ended() || response.closed()) {
            return false;
        }
        if (response.headWritten()) {
            // Half an answer is out: cut the connection, so that nobody takes it for a whole one.
            response.reset();
            return false;
        }
        return true;
    }

    private static Buffer prepare(RoutingContext context, Refusal problem) {
        HttpServerResponse response = context.response();
        response.setStatusCode(HttpRefusal.status(problem));
        response.headers().remove(HttpHeaders.CONTENT_LENGTH).remove(HttpHeaders.TRANSFER_ENCODING);
        response.setChunked(false);
        boolean envelope = context.get(CHECK) instanceof RequestCheck check && check.isInEnvelope(context);
        response.putHeader(HttpHeaders.CONTENT_TYPE, envelope ? ENVELOPE_TYPE : CONTENT_TYPE);
        problem.retryAfterSeconds().ifPresent(seconds -> response.putHeader("Retry-After", Integer.toString(seconds)));
        HttpRefusal.allowed(problem).ifPresent(methods -> response.putHeader(HttpHeaders.ALLOW, methods));
        return Buffer.buffer(envelope ? ProblemBody.envelope(problem) : ProblemBody.of(problem, context.request().path()));
    }

    private static void discardRest(RoutingContext context, HttpServerRequest request, boolean close) {
        long timer = context.vertx().setTimer(LINGER_MS, id -> cut(request));
        request.exceptionHandler(closed -> context.vertx().cancelTimer(timer));
        request.endHandler(ended -> {
            context.vertx().cancelTimer(timer);
            if (close) {
                request.connection().close();
            }
        });
        request.handler(ignored -> {
        });
        request.resume();
    }

    /** Ends what the client still sends; other streams of the same HTTP/2 connection go on. */
    private static void cut(HttpServerRequest request) {
        if (request.version() == HttpVersion.HTTP_2) {
            request.response().reset();
        } else {
            request.connection().close();
        }
    }

    private static Refusal problemOf(RoutingContext context) {
        Throwable failure = Causes.unwrapped(context.failure());
        if (failure instanceof Refusal problem) {
            return problem;
        }
        if (failure instanceof RejectedExecutionException || Transient.is(failure)) {
            return Refusal.unavailable(RETRY_AFTER_SECONDS);
        }
        int status = context.statusCode();
        return switch (status) {
            case 400 -> Refusal.malformed("The request is not well-formed.");
            case 404 -> Refusal.notFound("There is nothing at this path.");
            case 406 -> HttpRefusal.of(406, "not-acceptable", "Not acceptable", "Accept application/json.");
            case 413 -> HttpRefusal.tooLarge();
            case 415 -> HttpRefusal.unsupportedMediaType();
            case 503 -> Refusal.unavailable(RETRY_AFTER_SECONDS);
            default -> status >= 400 && status < 500
                    ? HttpRefusal.of(status, "request-refused", "The request is refused", "The request cannot be served.")
                    : unexpected(failure, context);
        };
    }

    private static Refusal unexpected(Throwable failure, RoutingContext context) {
        String reference = UUID.randomUUID().toString();
        LOG.errorf(failure, "event=request-failed path=%s reference=%s", context.normalizedPath(), reference);
        return HttpRefusal.internal(reference);
    }
}
