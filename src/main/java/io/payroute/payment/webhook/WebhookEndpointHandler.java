package io.payroute.payment.webhook;

import java.net.UnknownHostException;
import java.util.List;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Exchange;

import io.payroute.platform.EmailAddress;
import io.payroute.platform.Refusal;
import io.payroute.platform.access.Idempotency;
import io.payroute.platform.access.OutboundGuard;
import io.payroute.platform.access.SecretBox;
import io.payroute.platform.http.JsonBody;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** {@code /api/v1/webhook-endpoints}: create, list, show, replace, change, delete, and a new secret. */
@ApplicationScoped
@Named("webhookEndpointHandler")
public class WebhookEndpointHandler {

    private static final String PATH = "/api/v1/webhook-endpoints/";
    private static final int MAX_URL = 2_000;
    private static final int MAX_DESCRIPTION = 500;
    private static final JsonBody.Schema ENDPOINT = JsonBody.schema().required("url", JsonBody.text(1, MAX_URL))
            .nullable("description", JsonBody.text(0, MAX_DESCRIPTION))
            .optional("events", JsonBody.texts(50, 1, WebhookType.ALL.size())).nullable("alert_email", JsonBody.text(1, 254));
    private static final JsonBody.Schema CHANGE = ENDPOINT.optional("enabled", JsonBody.flag());
    private static final JsonBody.Schema PATCH = JsonBody.schema().optional("url", JsonBody.text(1, MAX_URL))
            .nullable("description", JsonBody.text(0, MAX_DESCRIPTION))
            .nullable("events", JsonBody.texts(50, 1, WebhookType.ALL.size())).nullable("alert_email", JsonBody.text(1, 254))
            .optional("enabled", JsonBody.flag());

    private final WebhookEndpoints endpoints;
    private final OutboundGuard guard;
    private final SecretBox secrets;

    WebhookEndpointHandler(WebhookEndpoints endpoints, OutboundGuard guard, SecretBox secrets) {
        this.endpoints = endpoints;
        this.guard = guard;
        this.secrets = secrets;
    }

    public void create(Exchange exchange) throws Exception {
        WebhookRequest request = WebhookRequest.of(exchange);
        WebhookSecret.requireKey(secrets);
        byte[] body = request.body();
        Idempotency.Key key = Idempotency.of(exchange, body);
        WebhookEndpoints.Wanted wanted = wanted(ENDPOINT.parse(body), true);
        checkAddress(wanted);
        WebhookEndpoints.WithSecret made = endpoints.create(request.owner(), wanted, key);
        answer(request, 201, made);
        request.message().setHeader("Location", PATH + made.endpoint().id());
    }

    public void list(Exchange exchange) throws Exception {
        WebhookRequest request = WebhookRequest.of(exchange);
        List<JsonObject> all = endpoints.list(request.owner()).stream().map(WebhookEndpoint::json).toList();
        request.answer(200, new JsonObject().put("webhook_endpoints", new JsonArray(all)));
    }

    public void get(Exchange exchange) throws Exception {
        WebhookRequest request = WebhookRequest.of(exchange);
        answer(request, endpoints.find(request.id(), request.owner()));
    }

    /** Replaces everything that its owner may say; what the body leaves out is as it was never said. */
    public void change(Exchange exchange) throws Exception {
        WebhookRequest request = WebhookRequest.of(exchange);
        JsonBody.Values values = CHANGE.parse(request.body());
        WebhookEndpoints.Wanted wanted = wanted(values, values.flag("enabled", true));
        endpoints.find(request.id(), request.owner());
        checkAddress(wanted);
        answer(request, endpoints.change(request.id(), request.owner(), before -> wanted));
    }

    /** Changes what the body names, and nothing else (RFC 7396): null removes a value. */
    public void patch(Exchange exchange) throws Exception {
        WebhookRequest request = WebhookRequest.of(exchange);
        JsonBody.Values values = PATCH.parse(request.body());
        WebhookEndpoints.Wanted named = wanted(values, values.flag("enabled", true));
        endpoints.find(request.id(), request.owner());
        checkAddress(named);
        answer(request, endpoints.change(request.id(), request.owner(),
                before -> new WebhookEndpoints.Wanted(values.names("url") ? named.url() : before.url(),
                        values.names("description") ? named.description() : before.description(),
                        values.names("events") ? named.events() : before.events(),
                        values.names("alert_email") ? named.alertEmail() : before.alertEmail(),
                        values.names("enabled") ? named.enabled() : before.enabled())));
    }

    public void delete(Exchange exchange) throws Exception {
        WebhookRequest request = WebhookRequest.of(exchange);
        endpoints.delete(request.id(), request.owner());
        request.answer(204, null);
    }

    public void rotate(Exchange exchange) throws Exception {
        WebhookRequest request = WebhookRequest.of(exchange);
        Idempotency.Key key = Idempotency.of(exchange, request.body());
        answer(request, 200, endpoints.rotate(request.id(), request.owner(), key));
    }

    /** What the body says, if its form is right. */
    private WebhookEndpoints.Wanted wanted(JsonBody.Values values, boolean enabled) {
        List<String> events = WebhookType.check(values.texts("events"));
        String mail = values.text("alert_email");
        if (mail != null && !EmailAddress.isValid(mail)) {
            throw Refusal.invalid("alert_email", "email", "alert_email must be one plain e-mail address.");
        }
        String url = values.text("url");
        try {
            if (url != null) {
                guard.checkForm(url);
            }
        } catch (UnknownHostException e) {
            throw refused(e);
        }
        return new WebhookEndpoints.Wanted(url, values.text("description"), events, mail, enabled);
    }

    /** Resolves the addresses of the URL's host, so only for whom the endpoint belongs to. */
    private void checkAddress(WebhookEndpoints.Wanted wanted) {
        try {
            if (wanted.url() != null) {
                guard.check(wanted.url());
            }
        } catch (UnknownHostException e) {
            throw refused(e);
        }
    }

    private static Refusal refused(UnknownHostException cause) {
        return Refusal.invalid("url", "url_refused", "url cannot be used: " + cause.getMessage() + ".");
    }

    private static void answer(WebhookRequest request, WebhookEndpoint endpoint) {
        request.answer(200, new JsonObject().put("webhook_endpoint", endpoint.json()));
    }

    private static void answer(WebhookRequest request, int status, WebhookEndpoints.WithSecret with) {
        request.answer(status, new JsonObject().put("webhook_endpoint",
                with.endpoint().json().put("secret", with.secret().text())));
        if (with.replayed()) {
            request.message().setHeader(Idempotency.REPLAYED, "true");
        }
    }
}
