package io.payroute.platform.dryrun;

import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.DefaultProducer;
import org.apache.camel.util.URISupport;

/** Stands for whatever leaves the process: notes what would be sent, and answers what somebody has said that it answers. */
final class StandIn extends DefaultComponent {

    private static final int LONGEST = 200;

    private final Map<String, String> answers;
    private final List<String> calls;

    /** @param answers by the id of the step */
    StandIn(Map<String, String> answers, List<String> calls) {
        this.answers = answers;
        this.calls = calls;
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
        String method = (String) parameters.get("httpMethod");
        parameters.clear();
        return new Address(uri, method);
    }

    private final class Address extends DefaultEndpoint {

        private final String method;

        private Address(String uri, String method) {
            super(uri, StandIn.this);
            this.method = method;
        }

        @Override
        public boolean isLenientProperties() {
            return true;
        }

        @Override
        public Producer createProducer() {
            return new DefaultProducer(this) {
                @Override
                public void process(Exchange exchange) {
                    call(exchange);
                }
            };
        }

        @Override
        public Consumer createConsumer(Processor processor) {
            return new DefaultConsumer(this, processor);
        }

        private void call(Exchange exchange) {
            Message message = exchange.getMessage();
            String step = exchange.getExchangeExtension().getHistoryNodeId();
            String body = String.valueOf(message.getBody(String.class));
            calls.add("would call " + method(message) + address(message) + (body.isBlank() || body.equals("null")
                    ? ""
                    : " with " + body.substring(0, Math.min(LONGEST, body.length()))) + " (step " + step + ")"
                    + (answers.containsKey(step) ? ", answered as you said" : ""));
            message.setBody(answers.getOrDefault(step, ""));
            message.setHeader(Exchange.HTTP_RESPONSE_CODE, 200);
        }

        private boolean isHttp() {
            return getEndpointUri().startsWith("http");
        }

        private String method(Message message) {
            return isHttp()
                    ? Objects.requireNonNullElse(method, message.getHeader(Exchange.HTTP_METHOD,
                            message.getBody() == null ? "GET" : "POST", String.class)) + " "
                    : "";
        }

        /** Without its parameters, which may be secret, and with a path that Camel has put into a header. */
        private String address(Message message) {
            String address = URISupport.sanitizeUri(getEndpointUri()).replaceFirst("\\?.*", "");
            return isHttp()
                    ? message.getHeader(Exchange.HTTP_URI, address, String.class)
                            + message.getHeader(Exchange.HTTP_PATH, "", String.class)
                    : address;
        }
    }
}
