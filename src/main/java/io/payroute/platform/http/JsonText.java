package io.payroute.platform.http;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** What may stand in a text: no control characters, no half surrogates, and no bytes that are not UTF-8 (RFC 8259, section 8.1). */
public final class JsonText {

    private static final char BYTE_ORDER_MARK = '\ufeff';

    private JsonText() {
    }

    /** Whether there is nothing to be seen, whatever kind of blank it is. */
    static boolean isBlank(String text) {
        return text.codePoints().allMatch(c -> Character.isWhitespace(c) || Character.isSpaceChar(c) || c == BYTE_ORDER_MARK);
    }

    /** Whether the text has no control character (C0, DEL, C1) and no surrogate without its other half. */
    public static boolean isClean(CharSequence text) {
        int length = text.length();
        for (int at = 0; at < length; at++) {
            char c = text.charAt(at);
            if (c < 0x20 || (c >= 0x7f && c <= 0x9f)) {
                return false;
            }
            if (Character.isSurrogate(c)) {
                if (!Character.isHighSurrogate(c) || at + 1 == length || !Character.isLowSurrogate(text.charAt(at + 1))) {
                    return false;
                }
                at++;
            }
        }
        return true;
    }

    /**
     * Whether the bytes are UTF-8 without a byte order mark. Jackson alone would guess UTF-16 and UTF-32 from zero bytes, and
     * takes overlong forms; two readers of one body could then see two different requests.
     */
    public static boolean isUtf8(byte[] bytes) {
        boolean ascii = true;
        for (byte b : bytes) {
            if (b == 0) {
                return false;
            }
            ascii &= b > 0;
        }
        if (ascii) {
            return true;
        }
        try {
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return text.get(0) != BYTE_ORDER_MARK;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
