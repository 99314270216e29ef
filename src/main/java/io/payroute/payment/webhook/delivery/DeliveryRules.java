package io.payroute.payment.webhook.delivery;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;

import io.payroute.payment.webhook.WebhookSettings;
import io.payroute.payment.webhook.delivery.DeliveryResult.Outcome;

/**
 * Decides what follows from an attempt. Every 2xx is a success and everything else a failure, also a redirect, which nobody
 * follows: it would lead to an address that nobody checked. 410 means that the endpoint is there no more.
 */
record DeliveryRules(WebhookSettings settings, DoubleSupplier random) {

    private static final int MULTIPLE_CHOICES = 300;
    private static final int BAD_REQUEST = 400;
    private static final int GONE = 410;

    /**
     * What came back.
     *
     * @param statusCode null when there was no answer
     * @param retryAfter the header of this name, or null
     * @param failure null when there was an answer
     */
    record Answer(Integer statusCode, String retryAfter, Throwable failure) {
    }

    DeliveryRules(WebhookSettings settings) {
        this(settings, () -> ThreadLocalRandom.current().nextDouble());
    }

    DeliveryResult decide(DueDelivery due, Answer answer, Instant startedAt, Instant endedAt) {
        String error = error(answer);
        boolean last = due.step() + 1 >= settings.schedule().size();
        Outcome outcome = error == null
                ? Outcome.DELIVERED
                : answer.statusCode() != null && answer.statusCode() == GONE
                        ? Outcome.GONE
                        : last ? Outcome.FAILED : Outcome.AGAIN;
        Duration delay = outcome == Outcome.AGAIN ? delay(due.step() + 1, answer.retryAfter(), endedAt) : Duration.ZERO;
        return new DeliveryResult(due.id(), due.claim(), outcome, delay, startedAt, Duration.between(startedAt, endedAt),
                answer.statusCode(), error);
    }

    private static String error(Answer answer) {
        Integer status = answer.statusCode();
        if (status == null) {
            return DeliveryFailure.word(answer.failure());
        }
        if (status >= MULTIPLE_CHOICES && status < BAD_REQUEST) {
            return "redirect";
        }
        return status >= 200 && status < MULTIPLE_CHOICES ? null : status == GONE ? "gone" : "refused";
    }

    private Duration delay(int step, String retryAfter, Instant now) {
        double pause = settings.schedule().get(step).toMillis() * (1 + settings.jitter() * random.getAsDouble());
        Duration requested = requested(retryAfter, now);
        Duration granted = requested.compareTo(settings.retryAfterMax()) > 0 ? settings.retryAfterMax() : requested;
        Duration planned = Duration.ofMillis((long) pause);
        return granted.compareTo(planned) > 0 ? granted : planned;
    }

    /** Seconds or a date (RFC 9110, section 10.2.3); what is neither requests nothing. */
    private static Duration requested(String retryAfter, Instant now) {
        if (retryAfter == null || retryAfter.length() > 40) {
            return Duration.ZERO;
        }
        String text = retryAfter.trim();
        try {
            return text.matches("\\d{1,9}")
                    ? Duration.ofSeconds(Long.parseLong(text))
                    : Duration.between(now, ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME));
        } catch (DateTimeException e) {
            return Duration.ZERO;
        }
    }
}
