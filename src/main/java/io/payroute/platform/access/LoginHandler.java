package io.payroute.platform.access;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jboss.logging.Logger;

import io.payroute.platform.Refusal;
import io.vertx.core.json.JsonObject;

/**
 * Logs an operator in with a browser: the name and the token, API key or JWT that stands for it. Whoever may not operate has
 * nothing to see there and is refused at once.
 */
@ApplicationScoped
@Named("loginHandler")
public class LoginHandler {

    private static final Logger LOG = Logger.getLogger(LoginHandler.class);
    private static final String HOME = "/ops";
    private static final int PROOF_SECONDS = 5;

    private final Credentials credentials;
    private final BrowserSessions sessions;

    LoginHandler(Credentials credentials, BrowserSessions sessions) {
        this.credentials = credentials;
        this.sessions = sessions;
    }

    /** The form's body. */
    public void form(Exchange exchange) {
        exchange.getMessage().setBody(
                new JsonObject().put("next", next(exchange.getMessage())).put("wrong", false).encode());
    }

    /** @throws Refusal 401 or 403, the same words for a wrong name and a wrong password */
    public void login(Exchange exchange) throws Exception {
        Message message = exchange.getMessage();
        String authorization = "Bearer " + message.getHeader("password", "", String.class);
        String name = message.getHeader("username", "", String.class);
        Caller caller = caller(authorization);
        if (caller == null || !caller.name().equals(name)) {
            LOG.warn("event=login-refused");
            throw Refusal.unauthenticated("The name or the password is wrong.");
        }
        if (caller.user() != null || !caller.scopes().contains(Scope.OPERATE)) {
            throw Refusal.forbidden("These pages are for operators: " + name + " does not have the scope operate.");
        }
        LOG.infof("event=login caller=%s", name);
        String next = next(message);
        boolean secure = "https".equals(message.getHeader("X-Forwarded-Proto"))
                || message.getHeader(Exchange.HTTP_URL, "", String.class).startsWith("https:");
        message.removeHeaders("*");
        message.setHeader("Set-Cookie", cookie(sessions.open(authorization), secure));
        message.setHeader("Location", next);
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, 303);
        message.setBody("");
    }

    /** Ends the session, if there is one. */
    public void logout(Exchange exchange) {
        Message message = exchange.getMessage();
        for (String part : message.getHeader("Cookie", "", String.class).split(";\\s*")) {
            if (part.startsWith(BrowserSessions.COOKIE + "=")) {
                sessions.close(part.substring(BrowserSessions.COOKIE.length() + 1));
            }
        }
        message.removeHeaders("*");
        message.setHeader("Set-Cookie", cookie("", false) + "; Max-Age=0");
        message.setHeader("Location", "/login");
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, 303);
        message.setBody("");
    }

    private Caller caller(String authorization) throws Exception {
        try {
            return credentials.callerOf(authorization).toCompletionStage().toCompletableFuture().get(PROOF_SECONDS,
                    TimeUnit.SECONDS);
        } catch (Refusal unknown) {
            return null;
        } catch (java.util.concurrent.ExecutionException e) {
            if (e.getCause() instanceof Refusal refusal && refusal.kind() == Refusal.Kind.UNAUTHENTICATED) {
                return null;
            }
            throw e;
        } catch (TimeoutException e) {
            throw Refusal.unavailable(1);
        }
    }

    private static String cookie(String value, boolean secure) {
        return BrowserSessions.COOKIE + "=" + value + "; Path=/; HttpOnly; SameSite=Lax" + (secure ? "; Secure" : "");
    }

    /** A path of ours and nothing else: whoever writes the link must not choose where the browser goes. */
    private static String next(Message message) {
        String next = message.getHeader("next", HOME, String.class);
        return next.matches("/(?![/\\\\])[\\x21-\\x7e&&[^\\\\]]*") ? next : HOME;
    }
}
