package io.payroute.platform.hawtio;

import java.io.ByteArrayInputStream;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.ObjectName;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;

import org.jboss.logging.Logger;
import org.jolokia.core.api.LogHandler;
import org.jolokia.server.core.config.ConfigKey;
import org.jolokia.server.core.config.StaticConfiguration;
import org.jolokia.server.core.http.HttpRequestHandler;
import org.jolokia.server.core.service.JolokiaServiceManagerFactory;
import org.jolokia.server.core.service.api.JolokiaServiceManager;
import org.jolokia.server.core.service.impl.ClasspathServiceCreator;

import io.payroute.platform.Refusal;
import io.payroute.platform.access.AccessGuard;
import io.payroute.platform.access.OperatorActions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/**
 * JMX as JSON, within this process and as far as {@link HawtioRestrictor} goes. What starts or stops a route is recorded like
 * everything that operators do, and so is what was refused. It is made when the console is first opened: nobody else shall pay for it.
 */
@ApplicationScoped
class HawtioJolokia {

    private static final Logger LOG = Logger.getLogger(HawtioJolokia.class);
    private static final String PATH = Hawtio.ROOT + "/jolokia";
    /** By this it is found; whatever else GET could ask for is asked by POST. */
    private static final Buffer VERSION = Buffer.buffer("{\"type\":\"version\"}");
    private static final int MAX_NAME = 120;
    private static final HawtioRestrictor RESTRICTOR = new HawtioRestrictor();
    private static final Set<String> TYPES = Set.of("read", "list", "search", "version", "exec");
    /** Names as Camel makes them: the console takes them apart. */
    private static final Map<String, String[]> OPTIONS = Map.of("canonicalNaming", new String[]{"false"});
    /** Most requests of one body. */
    private static final int MOST = 500;

    private final OperatorActions actions;
    private final ManagedRoutes routes;
    private JolokiaServiceManager services;
    private HttpRequestHandler handler;

    HawtioJolokia(OperatorActions actions, ManagedRoutes routes) {
        this.actions = actions;
        this.routes = routes;
    }

    /** Stopping a route waits for what is under way in it, so this is not for the event loop. */
    void answer(RoutingContext context) {
        String caller = context.get(AccessGuard.CALLER);
        Buffer body = context.request().method() == HttpMethod.GET ? VERSION : context.body().buffer();
        context.vertx().executeBlocking(() -> answer(caller, body == null ? Buffer.buffer() : body), false)
                .onSuccess(json -> context.response().putHeader(HttpHeaders.CONTENT_TYPE, "application/json").end(json))
                .onFailure(context::fail);
    }

    /** One request, or several in turn. */
    String answer(String caller, Buffer body) throws Exception {
        routes.register();
        Object asked;
        try {
            asked = Json.decodeValue(body);
        } catch (DecodeException e) {
            throw Refusal.malformed("The body must be JSON.");
        }
        if (asked instanceof JsonObject one) {
            return answer(caller, one).toString();
        }
        if (!(asked instanceof JsonArray many) || many.size() > MOST
                || !many.stream().allMatch(JsonObject.class::isInstance)) {
            throw Refusal.malformed("The body must be a request, or a list of at most " + MOST + '.');
        }
        JsonArray answers = new JsonArray();
        for (int i = 0; i < many.size(); i++) {
            answers.add(answer(caller, many.getJsonObject(i)));
        }
        return answers.encode();
    }

    private JsonObject answer(String caller, JsonObject request) throws Exception {
        if (!TYPES.contains(text(request, "type").toLowerCase(Locale.ROOT))) {
            return new JsonObject().put("status", 403).put("error", "Requests of this type are not for the console.");
        }
        nameAttributes(request);
        if (!"exec".equalsIgnoreCase(text(request, "type"))
                || HawtioRestrictor.CHANGES_NOTHING.contains(text(request, "operation"))) {
            return ask(request);
        }
        String path = PATH + "/exec/" + text(request, "mbean") + '/' + text(request, "operation");
        Long record = actions.beginNow(caller, "POST", path);
        JsonObject answer = ask(request);
        actions.answered(record, answer.getInteger("status", 500));
        return answer;
    }

    private JsonObject ask(JsonObject request) throws Exception {
        return new JsonObject(
                handler().handlePostRequest(PATH, new ByteArrayInputStream(request.toBuffer().getBytes()), "UTF-8",
                        OPTIONS).toJSONString());
    }

    /** Jolokia refuses to read all attributes where it may not read one: whoever asks for all means those that may be read. */
    private static void nameAttributes(JsonObject request) {
        if (!"read".equalsIgnoreCase(text(request, "type")) || request.containsKey("attribute")) {
            return;
        }
        try {
            ObjectName name = new ObjectName(request.getString("mbean"));
            if (!name.isPattern() && !RESTRICTOR.isObjectNameHidden(name)) {
                request.put("attribute", new JsonArray(Stream
                        .of(ManagementFactory.getPlatformMBeanServer().getMBeanInfo(name).getAttributes())
                        .map(MBeanAttributeInfo::getName)
                        .filter(attribute -> RESTRICTOR.isAttributeReadAllowed(name, attribute)).toList()));
            }
        } catch (JMException | RuntimeException e) {
            LOG.debugf("Jolokia answers what is wrong with the name: %s", e.getMessage());
        }
    }

    /** Goes to the log, so it is short and of one line. */
    private static String text(JsonObject request, String name) {
        String text = String.valueOf(request.getValue(name)).replaceAll("[^!-~]", "?");
        return text.substring(0, Math.min(MAX_NAME, text.length()));
    }

    private synchronized HttpRequestHandler handler() {
        if (handler == null) {
            StaticConfiguration configuration = new StaticConfiguration(ConfigKey.AGENT_ID, "payroute",
                    ConfigKey.ALLOW_ERROR_DETAILS, "false", ConfigKey.SERIALIZE_EXCEPTION, "false", ConfigKey.MAX_DEPTH, "7");
            services = JolokiaServiceManagerFactory.createJolokiaServiceManager(configuration, new Quiet(),
                    RESTRICTOR);
            services.addServices(new ClasspathServiceCreator(HawtioJolokia.class.getClassLoader(), "services"));
            handler = new HttpRequestHandler(services.start());
        }
        return handler;
    }

    @PreDestroy
    synchronized void stop() {
        if (services != null) {
            services.stop();
        }
    }

    /** What it says of a refused request is no news: the answer says it. */
    private static final class Quiet implements LogHandler {

        @Override
        public void debug(String message) {
            LOG.debug(message);
        }

        @Override
        public void info(String message) {
            LOG.debug(message);
        }

        @Override
        public void error(String message, Throwable failure) {
            LOG.debug(message, failure);
        }

        @Override
        public boolean isDebug() {
            return false;
        }
    }
}
