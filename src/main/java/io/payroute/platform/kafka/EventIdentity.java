package io.payroute.platform.kafka;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

import org.apache.camel.Message;

import io.payroute.platform.Refusal;
import io.payroute.platform.outbox.EventEnvelope;

/**
 * Reads who an event is, from what its producer wrote. An identity that is there and cannot be read exactly is refused: whatever
 * would be made of it, two events could become one, or one event several.
 */
final class EventIdentity {

    private static final int MAX_BYTES = 4_000;
    private static final int SHOWN_BYTES = 16;

    private EventIdentity() {
    }

    /**
     * @return null when the record has no {@code ce_id}
     * @throws Refusal when {@code ce_id} or {@code ce_source} is there and unusable
     */
    static String of(Message record) {
        String id = text(record, EventEnvelope.CE_ID);
        String source = text(record, EventEnvelope.CE_SOURCE);
        if (id != null && id.isBlank()) {
            throw unusable(EventEnvelope.CE_ID, "is empty", new byte[0]);
        }
        return id == null ? null : EventEnvelope.identity(source == null || source.isBlank() ? null : source, id);
    }

    private static String text(Message record, String header) {
        if (!record.getHeaders().containsKey(header)) {
            return null;
        }
        Object value = record.getHeader(header);
        byte[] bytes = value instanceof byte[] raw ? raw : String.valueOf(value).getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_BYTES) {
            throw unusable(header, "has " + bytes.length + " bytes, more than " + MAX_BYTES, bytes);
        }
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            if (text.chars().anyMatch(Character::isISOControl)) {
                throw unusable(header, "has control characters", bytes);
            }
            return text;
        } catch (CharacterCodingException e) {
            throw unusable(header, "is not UTF-8", bytes);
        }
    }

    private static Refusal unusable(String header, String what, byte[] bytes) {
        String begin = HexFormat.of().formatHex(bytes, 0, Math.min(SHOWN_BYTES, bytes.length));
        return Refusal.invalid(header, "identity",
                header + " " + what + "; it begins with the bytes 0x" + begin + ".");
    }
}
