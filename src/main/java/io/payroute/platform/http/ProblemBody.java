package io.payroute.platform.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;

import io.payroute.platform.FieldError;
import io.payroute.platform.Refusal;

/** The one writer of {@code application/problem+json} (RFC 9457) and of the shop's envelope for refusals, so that every refusal has the same shape wherever it arises. */
final class ProblemBody {

    static final String CONTENT_TYPE = "application/problem+json";

    static final String ENVELOPE_TYPE = "application/json";

    private static final JsonFactory JSON = new JsonFactory();

    private ProblemBody() {
    }

    /**
     * @param instance the path of the request, without its query; null leaves the member out
     * @return UTF-8 JSON
     */
    static byte[] of(Refusal problem, String instance) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("type", "/problems/" + problem.type());
            json.writeStringField("title", problem.title());
            json.writeNumberField("status", HttpRefusal.status(problem));
            json.writeStringField("detail", problem.detail());
            if (instance != null) {
                json.writeStringField("instance", pathOnly(instance));
            }
            writeErrors(json, "errors", problem);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /**
     * The same for a contract that knows {@code {error, details, code}}.
     *
     * @return UTF-8 JSON
     */
    static byte[] envelope(Refusal problem) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("error", problem.detail());
            writeErrors(json, "details", problem);
            json.writeNumberField("code", HttpRefusal.status(problem));
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void writeErrors(JsonGenerator json, String name, Refusal problem) throws IOException {
        if (problem.errors().isEmpty()) {
            return;
        }
        json.writeArrayFieldStart(name);
        for (FieldError error : problem.errors()) {
            json.writeStartObject();
            json.writeStringField("field", error.field());
            json.writeStringField("rule", error.rule());
            json.writeStringField("detail", error.detail());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static String pathOnly(String uri) {
        int query = uri.indexOf('?');
        return query < 0 ? uri : uri.substring(0, query);
    }
}
