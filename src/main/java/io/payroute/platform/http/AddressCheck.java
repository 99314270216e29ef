package io.payroute.platform.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Whether the address of a request can be read, so that nobody looks for another text than was requested: the HTTP library puts
 * a replacement character where bytes are no UTF-8, and has no answer for a {@code %} that is no escape.
 */
final class AddressCheck {

    static final String RULE = "The address must be ASCII, and what it escapes by % must be UTF-8.";

    private AddressCheck() {
    }

    static boolean isReadable(String uri) {
        int length = uri.length();
        byte[] bytes = new byte[length];
        int count = 0;
        boolean ascii = true;
        for (int at = 0; at < length; at++) {
            int c = uri.charAt(at);
            if (c >= 0x80) {
                return false;
            }
            if (c == '%') {
                if (at + 2 >= length || !HexFormat.isHexDigit(uri.charAt(at + 1))
                        || !HexFormat.isHexDigit(uri.charAt(at + 2))) {
                    return false;
                }
                c = HexFormat.fromHexDigits(uri, at + 1, at + 3);
                at += 2;
            }
            bytes[count++] = (byte) c;
            ascii &= c < 0x80;
        }
        if (ascii) {
            return true;
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, count));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
