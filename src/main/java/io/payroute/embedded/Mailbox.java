package io.payroute.embedded;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The accepted mails: the newest 1,000 as they came, each in a file, so that a restart keeps them; and how often each Message-ID
 * was accepted since the start, so that a test can tell whether anything was mailed twice.
 */
final class Mailbox {

    private static final int MAILS = 1_000;
    private static final int MESSAGE_IDS = 1_000_000;
    /** RFC 5322, 3.6.4; the value may stand on the next line. */
    private static final Pattern MESSAGE_ID = Pattern.compile("^Message-ID:[ \\t]*(?:\\r\\n[ \\t]+)?(\\S+)",
            Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);
    private static final String FILE = "%012d.eml";
    /** The first line of a file. Who gets a mail stands in no mail. */
    private static final String RECIPIENTS = "X-Payroute-Recipients: ";

    /**
     * @param number counts up, also across restarts
     * @param content the whole mail as it came over the wire
     */
    record Mail(long number, List<String> recipients, byte[] content) {

        boolean isFor(String address) {
            return recipients.stream().anyMatch(address::equalsIgnoreCase);
        }
    }

    private final Path folder;
    private final Deque<Mail> newestFirst = new ArrayDeque<>();
    private final Map<String, Integer> messageIds = new LinkedHashMap<>() {

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
            return size() > MESSAGE_IDS;
        }
    };

    Mailbox(Path folder) throws IOException {
        this.folder = folder;
        if (!Files.exists(folder)) {
            Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(name -> name.getFileName().toString().matches("\\d{12,18}[.]eml")).sorted()
                    .toList()) {
                read(file);
            }
        }
    }

    private void read(Path file) throws IOException {
        byte[] all = Files.readAllBytes(file);
        String head = new String(all, StandardCharsets.UTF_8);
        int end = head.indexOf("\r\n");
        if (end > 0 && head.startsWith(RECIPIENTS)) {
            int start = head.substring(0, end + 2).getBytes(StandardCharsets.UTF_8).length;
            byte[] content = new byte[all.length - start];
            System.arraycopy(all, start, content, 0, content.length);
            keep(new Mail(Long.parseLong(file.getFileName().toString().replace(".eml", "")),
                    List.of(head.substring(RECIPIENTS.length(), end).split(" ")), content));
        }
    }

    /** Returns once the mail is in its file. */
    synchronized void add(List<String> recipients, byte[] content) throws IOException {
        Mail mail = new Mail(newestFirst.isEmpty() ? 1 : newestFirst.getFirst().number() + 1, List.copyOf(recipients), content);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes((RECIPIENTS + String.join(" ", recipients) + "\r\n").getBytes(StandardCharsets.UTF_8));
        all.writeBytes(content);
        Path part = folder.resolve("part");
        Files.write(part, all.toByteArray());
        Files.move(part, file(mail), StandardCopyOption.ATOMIC_MOVE);
        keep(mail);
        messageIds.merge(messageId(content), 1, Integer::sum);
    }

    /** Read here: a library's parser looks for its parts on the class path for each mail, which takes longer than all else. */
    private static String messageId(byte[] content) {
        String text = new String(content, StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        Matcher id = MESSAGE_ID.matcher(end < 0 ? text : text.substring(0, end));
        return id.find() ? id.group(1) : "none";
    }

    private void keep(Mail mail) throws IOException {
        newestFirst.addFirst(mail);
        if (newestFirst.size() > MAILS) {
            Files.deleteIfExists(file(newestFirst.removeLast()));
        }
    }

    private Path file(Mail mail) {
        return folder.resolve(FILE.formatted(mail.number()));
    }

    synchronized List<Mail> newestFirst() {
        return List.copyOf(newestFirst);
    }

    synchronized Optional<Mail> find(long number) {
        return newestFirst.stream().filter(mail -> mail.number() == number).findFirst();
    }

    synchronized Map<String, Integer> messageIds() {
        return new LinkedHashMap<>(messageIds);
    }
}
