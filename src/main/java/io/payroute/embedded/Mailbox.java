package io.payroute.embedded;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The accepted mails in memory: the newest 1,000 as they came, and how often each Message-ID was accepted, so that a test can
 * tell whether anything was mailed twice.
 */
final class Mailbox {

    private static final int MAILS = 1_000;
    private static final int MESSAGE_IDS = 1_000_000;

    /** @param content the whole mail as it came over the wire */
    record Mail(List<String> recipients, byte[] content) {

        boolean isFor(String address) {
            return recipients.stream().anyMatch(address::equalsIgnoreCase);
        }
    }

    private final Deque<Mail> newestFirst = new ArrayDeque<>();
    private final Map<String, Integer> messageIds = new LinkedHashMap<>() {

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
            return size() > MESSAGE_IDS;
        }
    };

    synchronized void add(Mail mail, String messageId) {
        newestFirst.addFirst(mail);
        if (newestFirst.size() > MAILS) {
            newestFirst.removeLast();
        }
        messageIds.merge(messageId, 1, Integer::sum);
    }

    synchronized List<Mail> newestFirst() {
        return List.copyOf(newestFirst);
    }

    synchronized Map<String, Integer> messageIds() {
        return new LinkedHashMap<>(messageIds);
    }
}
