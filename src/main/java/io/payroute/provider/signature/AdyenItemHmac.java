package io.payroute.provider.signature;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;

/**
 * Every item carries its own signature in {@code additionalData.hmacSignature}: the base64 HMAC-SHA256, with the hexadecimal key
 * of the Customer Area, of eight of its values joined by colons, an absent one as nothing. One bad item refuses the request.
 * <p>
 * Source: Adyen, "Verify HMAC signatures", https://docs.adyen.com/development-resources/webhooks/verify-hmac-signatures, and
 * Adyen's API libraries, which join the values of webhooks as they are: colon and backslash are escaped for hosted payment pages
 * only. What does not stand in the eight values, such as reason and eventDate, is not signed.
 */
final class AdyenItemHmac implements SignatureScheme {

    private static final List<JsonPointer> SIGNED = List
            .of("/pspReference", "/originalReference", "/merchantAccountCode", "/merchantReference", "/amount/value",
                    "/amount/currency", "/eventCode", "/success")
            .stream().map(JsonPointer::compile).toList();
    private static final JsonPointer SIGNATURE = JsonPointer.compile("/additionalData/hmacSignature");
    private static final Pattern KEY = Pattern.compile("([0-9A-Fa-f]{2}){32}");

    @Override
    public void check(SignedRequest request, List<String> secrets) throws BadSignature {
        JsonNode items;
        try {
            items = SignedJson.object(request.body()).path("notificationItems");
        } catch (IOException e) {
            throw BadSignature.malformed("The body is not a JSON object, so it carries no signature.");
        }
        if (!items.isArray() || items.isEmpty()) {
            throw BadSignature.malformed("The body has no notificationItems.");
        }
        for (JsonNode item : items) {
            check(item.path("NotificationRequestItem"), secrets);
        }
    }

    private static void check(JsonNode item, List<String> secrets) throws BadSignature {
        String signature = item.at(SIGNATURE).asText("");
        if (signature.isEmpty()) {
            throw BadSignature.malformed("An item has no additionalData.hmacSignature.");
        }
        String signed = SIGNED.stream().map(pointer -> item.at(pointer).asText("")).collect(Collectors.joining(":"));
        byte[] data = signed.getBytes(StandardCharsets.UTF_8);
        boolean found = false;
        for (String secret : secrets) {
            byte[] expected = Base64.getEncoder().encode(Hmac.sha256(Hmac.ofHex(secret), data));
            found |= MessageDigest.isEqual(expected, signature.getBytes(StandardCharsets.UTF_8));
        }
        if (!found) {
            throw BadSignature.mismatch();
        }
    }

    @Override
    public String refusalOf(String secret) {
        return KEY.matcher(secret).matches() ? null : "must be the HMAC key of Adyen's Customer Area, 64 hexadecimal digits";
    }
}
