package io.payroute.platform.log;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jboss.logmanager.ExtFormatter;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.formatters.JsonFormatter;

import io.payroute.platform.Masks;
import io.vertx.core.json.JsonObject;

/**
 * How every line of the log is written, whoever wrote it: without e-mail addresses, card numbers, passwords and tokens; and in JSON
 * with the pairs of the line ({@code event=... paymentId=...}) as fields, and those of what the thread works on ({@link LogContext}).
 */
final class LogFormat extends ExtFormatter {

    /** The text of a cause may have pairs of its own, so it ends them. */
    private static final Pattern PAIR = Pattern.compile("\\G *(?!cause=)([A-Za-z][A-Za-z0-9]*)=(?:\"([^\"]*)\"|(\\S*))(?= |$)");
    private static final String EVENT = "event=";
    private static final Set<String> NUMBERS = Set.of("attempt", "failures", "tasks");
    /** What the format itself has in each line. */
    private static final Set<String> TAKEN = Set.of("timestamp", "sequence", "loggerClassName", "loggerName", "level",
            "message",
            "threadName", "threadId", "mdc", "ndc", "hostName", "processName", "processId", "exception", "stackTrace");

    /** It has the commands of the first steps, with an address that is nobody's; whoever pastes one needs it as it is. */
    static final String FIRST_STEPS = "io.payroute.platform.config.StartupMessage";

    private final ExtFormatter format;
    private final boolean json;

    LogFormat(ExtFormatter format) {
        this.format = format;
        this.json = format instanceof JsonFormatter;
    }

    @Override
    public String format(ExtLogRecord record) {
        String said = String.valueOf(record.getFormattedMessage());
        String message = FIRST_STEPS.equals(record.getLoggerName()) ? said : Masks.masked(said);
        ExtLogRecord line = new ExtLogRecord(record);
        line.setMessage(message, ExtLogRecord.FormatStyle.NO_FORMAT);
        line.setParameters(null);
        String text = format.format(line);
        if (record.getThrown() != null) {
            text = json ? maskedJson(text) : Masks.masked(text);
        }
        if (!json) {
            return text;
        }
        String fields = new JsonObject(fields(message, Masks.masked(LogContext.text()))).encode();
        return fields.length() == 2 ? text : fields.substring(0, fields.length() - 1) + ',' + text.substring(1);
    }

    /** Of a failure each text, of its causes too; its types and its stack stay as they are. */
    private static String maskedJson(String line) {
        int end = line.lastIndexOf('}') + 1;
        return new JsonObject(masked(new JsonObject(line.substring(0, end)).getMap())).encode() + line.substring(end);
    }

    private static Map<String, Object> masked(Map<?, ?> fields) {
        Map<String, Object> masked = new LinkedHashMap<>();
        fields.forEach((name, value) -> masked.put(name.toString(), masked(value)));
        return masked;
    }

    private static Object masked(Object value) {
        if (value instanceof Map<?, ?> fields) {
            return masked(fields);
        }
        if (value instanceof List<?> list) {
            return list.stream().map(LogFormat::masked).toList();
        }
        return value instanceof String text ? Masks.masked(text) : value;
    }

    /** What the line itself says wins. */
    static Map<String, Object> fields(String message, String context) {
        Map<String, Object> fields = new LinkedHashMap<>();
        if (message.startsWith(EVENT)) {
            add(message, fields);
        }
        add(context, fields);
        return fields;
    }

    private static void add(String pairs, Map<String, Object> fields) {
        Matcher pair = PAIR.matcher(pairs);
        while (pair.find()) {
            String name = pair.group(1);
            String value = pair.group(2) == null ? pair.group(3) : pair.group(2);
            if (!TAKEN.contains(name) && !value.isEmpty()) {
                fields.putIfAbsent(name, NUMBERS.contains(name) && value.matches("\\d{1,9}") ? Integer.valueOf(value) : value);
            }
        }
    }

    @Override
    public boolean isCallerCalculationRequired() {
        return format.isCallerCalculationRequired();
    }
}
