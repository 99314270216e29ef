package io.payroute.platform.hawtio;

import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

import org.apache.camel.ManagementMBeansLevel;
import org.apache.camel.ServiceStatus;
import org.apache.camel.api.management.JmxSystemPropertyKeys;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.platform.Refusal;
import io.payroute.platform.access.OperatorActions;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** With routes of its own in a context of its own, over the JMX of this JVM. */
class HawtioJolokiaTest {

    private static final String SECRET = "hunter2hunter2";
    private static final String CONTEXT = "org.apache.camel:context=console-test,type=context,name=\"console-test\"";
    private static final String ROUTE = "org.apache.camel:context=console-test,type=routes,name=\"test-greet\"";

    private static final ManagedRoutes ROUTES = new ManagedRoutes();

    private static DefaultCamelContext camel;

    private final List<String> actions = new ArrayList<>();
    private final HawtioJolokia jolokia = new HawtioJolokia(new OperatorActions(null, null) {
        @Override
        public Long beginNow(String caller, String method, String path) {
            actions.add("begun " + caller + ' ' + path);
            return 7L;
        }

        @Override
        public Future<Void> answered(Long id, int status) {
            actions.add("answered " + id + ' ' + status);
            return Future.succeededFuture();
        }
    }, ROUTES);

    @BeforeAll
    static void start() throws Exception {
        String off = System.clearProperty(JmxSystemPropertyKeys.DISABLED);
        camel = new DefaultCamelContext();
        camel.getCamelContextExtension().setName("console-test");
        camel.getManagementStrategy().getManagementAgent().setMBeansLevel(ManagementMBeansLevel.RoutesOnly);
        ROUTES.configure(camel);
        Properties keys = new Properties();
        keys.put("secret", SECRET);
        camel.getPropertiesComponent().setInitialProperties(keys);
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("timer:greet?delay=-1&repeatCount=1").routeId("test-greet").routeDescription("Greets")
                        .setHeader("key", simple("{{secret}}")).to("log:greet?marker={{secret}}");
            }
        });
        camel.getGlobalOptions().put("key", SECRET);
        camel.start();
        if (off != null) {
            System.setProperty(JmxSystemPropertyKeys.DISABLED, off);
        }
    }

    @AfterAll
    static void stopCamel() {
        camel.stop();
    }

    @AfterEach
    void stop() throws Exception {
        jolokia.stop();
        camel.getRouteController().startRoute("test-greet");
    }

    @Test
    void shouldTellOfARouteWithoutItsSecrets() throws Exception {
        // When
        JsonObject route = ask(new JsonObject().put("type", "read").put("mbean", ROUTE)).getJsonObject("value");
        JsonObject context = ask(new JsonObject().put("type", "read").put("mbean", CONTEXT)).getJsonObject("value");
        JsonObject list = ask(new JsonObject().put("type", "list"));

        // Then
        assertThat(route.getString("Description")).isEqualTo("Greets");
        assertThat(route.getLong("ExchangesTotal")).isNotNegative();
        assertThat(route.fieldNames()).doesNotContain("EndpointUri", "RouteProperties", "LastError");
        assertThat(context.getString("State")).isEqualTo("Started");
        assertThat(route.encode() + context + list).doesNotContain(SECRET);
        assertThat(list.getJsonObject("value").fieldNames()).containsExactly("org.apache.camel");
        assertThat(list.encode()).contains("type=routes").doesNotContain("type=processors");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dumpRoutesAsXml()", "dumpRouteAsXml()"})
    void shouldDrawRoutesWithTheNamesOfKeysAndNotTheirValues(String operation) throws Exception {
        // When
        JsonObject answer = exec(operation.startsWith("dumpRoutes") ? CONTEXT : ROUTE, operation);

        // Then
        assertThat(answer.getString("value")).contains("test-greet", "{{secret}}").doesNotContain(SECRET);
        assertThat(actions).isEmpty();
    }

    @Test
    void shouldStopAndStartARouteAndRecordWhoDidIt() throws Exception {
        // When
        JsonObject stopped = exec(ROUTE, "stop()");

        // Then
        assertThat(stopped.getInteger("status")).isEqualTo(200);
        assertThat(camel.getRouteController().getRouteStatus("test-greet")).isEqualTo(ServiceStatus.Stopped);
        assertThat(actions).containsExactly("begun desk /hawtio/jolokia/exec/" + ROUTE + "/stop()",
                "answered 7 200");
        assertThat(exec(ROUTE, "start()").getInteger("status")).isEqualTo(200);
        assertThat(camel.getRouteController().getRouteStatus("test-greet")).isEqualTo(ServiceStatus.Started);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"type=routes,name=\"test-greet\"|remove()",
            "type=routes,name=\"test-greet\"|updateRouteFromXml(java.lang.String)",
            "type=routes,name=\"test-greet\"|dumpRouteAsXml(boolean)", "type=routes,name=\"test-greet\"|stop(long)",
            "type=routes,name=\"test-greet\"|reset()", "type=routes,name=\"test-greet\"|getRouteProperties()",
            "type=context,name=\"console-test\"|stop()", "type=context,name=\"console-test\"|sendBody",
            "type=context,name=\"console-test\"|sendBody(java.lang.String,java.lang.Object)",
            "type=context,name=\"console-test\"|requestBody(java.lang.String,java.lang.Object)",
            "type=context,name=\"console-test\"|createEndpoint", "type=context,name=\"console-test\"|removeEndpoints",
            "type=context,name=\"console-test\"|addOrUpdateRoutesFromXml(java.lang.String)",
            "type=context,name=\"console-test\"|getGlobalOption", "type=context,name=\"console-test\"|restart()",
            "type=context,name=\"console-test\"|dumpRoutesAsXml(boolean)"})
    void shouldRefuseAndRecordEveryOtherOperationOfCamel(String name, String operation) throws Exception {
        // When
        JsonObject answer = exec("org.apache.camel:context=console-test," + name, operation);

        // Then
        assertThat(answer.getInteger("status")).isEqualTo(403);
        assertThat(answer.encode()).doesNotContain(SECRET);
        assertThat(actions).hasSize(2).last().isEqualTo("answered 7 403");
        assertThat(camel.getStatus()).isEqualTo(ServiceStatus.Started);
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "{\"type\":\"read\",\"mbean\":\"java.lang:type=Runtime\",\"attribute\":\"SystemProperties\"}",
            "{\"type\":\"read\",\"mbean\":\"java.lang:type=Runtime\"}", "{\"type\":\"read\",\"mbean\":\"java.lang:*\"}",
            "{\"type\":\"read\",\"mbean\":\"*:*\"}", "{\"type\":\"READ\",\"mbean\":\"java.lang:type=Memory\"}",
            "{\"type\":\"exec\",\"mbean\":\"com.sun.management:type=HotSpotDiagnostic\",\"operation\":\"dumpHeap\",\"arguments\":[\"target/x\",true]}",
            "{\"type\":\"exec\",\"mbean\":\"com.sun.management:type=DiagnosticCommand\",\"operation\":\"vmSystemProperties\"}",
            "{\"type\":\"exec\",\"mbean\":\"java.util.logging:type=Logging\",\"operation\":\"setLoggerLevel\",\"arguments\":[\"\",\"ALL\"]}",
            "{\"type\":\"exec\",\"mbean\":\"JMImplementation:type=MBeanServerDelegate\",\"operation\":\"getClassLoader\"}",
            "{\"type\":\"exec\",\"mbean\":\"jolokia:type=Config\",\"operation\":\"debugInfo\"}",
            "{\"type\":\"exec\",\"mbean\":\"java.lang:type=Threading\",\"operation\":\"dumpAllThreads(boolean,boolean)\",\"arguments\":[true,true]}",
            "{\"type\":\"write\",\"mbean\":\"org.apache.camel:context=console-test,type=routes,name=\\\"test-greet\\\"\",\"attribute\":\"Tracing\",\"value\":true}",
            "{\"type\":\"read\",\"mbean\":\"org.apache.camel:context=console-test,type=routes,name=\\\"test-greet\\\"\",\"attribute\":\"EndpointUri\"}",
            "{\"type\":\"read\",\"mbean\":\"org.apache.camel:context=console-test,type=context,name=\\\"console-test\\\"\",\"attribute\":[\"GlobalOptions\"]}",
            "{\"type\":\"notification\",\"command\":\"register\"}", "{\"type\":\"config\"}",
            "{\"type\":\"read\",\"mbean\":\"java.lang:type=Runtime\",\"attribute\":\"SystemProperties\",\"target\":{\"url\":\"service:jmx:rmi:///jndi/rmi://localhost:1/x\"}}"})
    void shouldTellNothingOfTheJvmAndChangeNothing(String request) throws Exception {
        // When
        String answer = jolokia.answer("desk", Buffer.buffer(request));

        // Then
        assertThat(answer).doesNotContain(SECRET, "java.class.path", "java.version", "\"used\"", "inputArguments");
        assertThat(new JsonObject(answer).getInteger("status") == 200
                && new JsonObject(answer).getValue("value") instanceof JsonObject value
                && !value.isEmpty() && !value.fieldNames().stream().allMatch(name -> name.startsWith("org.apache.camel:")))
                .isFalse();
    }

    @Test
    void shouldAnswerEachRequestOfAListByItself() throws Exception {
        // When
        String answer = jolokia.answer("desk", new JsonArray().add(new JsonObject().put("type", "version"))
                .add(new JsonObject().put("type", "exec").put("mbean", CONTEXT).put("operation", "stop()"))
                .add(new JsonObject().put("type", "search").put("mbean", "org.apache.camel:type=routes,*")).toBuffer());

        // Then
        assertThat(new JsonArray(answer).stream().map(one -> ((JsonObject) one).getInteger("status"))).containsExactly(200, 403,
                200);
        assertThat(new JsonArray(answer).getJsonObject(2).getJsonArray("value").getList()).containsExactly(ROUTE);
        assertThat(actions).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "7", "[7]", "<xml/>"})
    void shouldRefuseWhatIsNoRequest(String body) {
        assertThatThrownBy(() -> jolokia.answer("desk", Buffer.buffer(body))).isInstanceOf(Refusal.class);
    }

    private JsonObject exec(String name, String operation) throws Exception {
        return ask(new JsonObject().put("type", "exec").put("mbean", name).put("operation", operation));
    }

    private JsonObject ask(JsonObject request) throws Exception {
        return new JsonObject(jolokia.answer("desk", request.toBuffer()));
    }
}
