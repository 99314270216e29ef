package io.payroute.platform.access;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;

import jakarta.inject.Singleton;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpServerRequest;

/**
 * Who is logged in with a browser, in this process. A session stands for the credentials that it was opened with, and these are
 * checked at every request, so one ends with its key, its JWT or its token. It ends too when nobody uses it for half an hour, and
 * after twelve hours. Only a digest of what the browser holds is kept.
 */
@Singleton
public class BrowserSessions {

    static final String COOKIE = "payroute-session";

    private static final Duration IDLE = Duration.ofMinutes(30);
    private static final Duration LONGEST = Duration.ofHours(12);
    private static final int MOST = 1_000;
    private static final int BYTES = 32;

    private record Session(String authorization, long openedAt) {
    }

    private final SecureRandom random = new SecureRandom();
    private final Cache<String, Session> sessions = Caffeine.newBuilder().maximumSize(MOST).expireAfterAccess(IDLE).build();

    /**
     * @param authorization as a header would have it; proven
     * @return what the browser sends from now on
     */
    String open(String authorization) {
        byte[] id = new byte[BYTES];
        random.nextBytes(id);
        String value = Base64.getUrlEncoder().withoutPadding().encodeToString(id);
        sessions.put(key(value), new Session(authorization, System.nanoTime()));
        return value;
    }

    /** @return null when the request is of no session */
    String authorizationOf(HttpServerRequest request) {
        Cookie cookie = request.getCookie(COOKIE);
        return cookie == null ? null : authorizationOf(cookie.getValue());
    }

    private String authorizationOf(String value) {
        Session session = sessions.getIfPresent(key(value));
        if (session == null) {
            return null;
        }
        if (System.nanoTime() - session.openedAt > LONGEST.toNanos()) {
            close(value);
            return null;
        }
        return session.authorization;
    }

    /** Ends the session that a request is of, unless another site's page makes the browser send it. */
    public void close(HttpServerRequest request) {
        Cookie cookie = request.getCookie(COOKIE);
        if (cookie != null && SameOrigin.is(request)) {
            close(cookie.getValue());
        }
    }

    void close(String value) {
        sessions.invalidate(key(value));
    }

    private static String key(String value) {
        return Base64.getEncoder().encodeToString(Digests.sha256(value));
    }
}
