package io.payroute.platform.trace;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import org.eclipse.microprofile.config.Config;

/**
 * Where spans go, and how many.
 *
 * @param endpoint of a collector for OTLP over HTTP, without the path
 * @param headers of each request to it
 * @param service by which the collector knows this application
 * @param ratio of traces that are recorded, of those that begin here
 */
record TraceSettings(String endpoint, Map<String, String> headers, String service, double ratio) {

    static final String ENDPOINT = "payroute.trace.endpoint";
    static final String RATIO = "payroute.trace.sample-ratio";
    private static final String HEADERS = "payroute.trace.headers";

    /** @return empty while traces are off. @throws IllegalStateException naming the key that is wrong */
    static Optional<TraceSettings> of(Config config) {
        return config.getOptionalValue(ENDPOINT, String.class).filter(value -> !value.isBlank())
                .map(endpoint -> new TraceSettings(address(endpoint.trim()),
                        headers(config.getOptionalValue(HEADERS, String.class).orElse("")),
                        config.getOptionalValue("payroute.trace.service", String.class).orElse("payroute"),
                        ratio(config.getValue(RATIO, String.class))));
    }

    private static String address(String endpoint) {
        URI address;
        try {
            address = URI.create(endpoint);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(ENDPOINT + " must be an address such as http://localhost:4318");
        }
        if (address.getHost() == null || !("http".equals(address.getScheme()) || "https".equals(address.getScheme()))) {
            throw new IllegalStateException(ENDPOINT + " must be an address such as http://localhost:4318");
        }
        return endpoint.replaceAll("/+$", "");
    }

    /** {@code name=value}, comma separated, as OTEL_EXPORTER_OTLP_HEADERS has them. */
    private static Map<String, String> headers(String text) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (String pair : text.split(",")) {
            int is = pair.indexOf('=');
            if (is > 0) {
                headers.put(pair.substring(0, is).trim(), pair.substring(is + 1).trim());
            } else if (!pair.isBlank()) {
                throw new IllegalStateException(HEADERS + " must be name=value, comma separated");
            }
        }
        return headers;
    }

    private static double ratio(String text) {
        try {
            double ratio = Double.parseDouble(text);
            if (ratio >= 0 && ratio <= 1) {
                return ratio;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalStateException(RATIO + " must be between 0 and 1, but is " + text);
    }
}
