package io.payroute.platform.command;

import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The hooks of a folder in a dry run: they are asked, and whomever they would call is not. */
class DryRunHooksTest extends DryRunBed {

    /** A hook of the folder runs, and what it would call is told and answered as the command says. */
    @Test
    void shouldRunTheHooksOfTheFolderAndCallNobody() throws Exception {
        // Given
        Files.createDirectories(empty.resolve("routes"));
        Files.writeString(empty.resolve("routes/fraud.camel.yaml"), """
                - route:
                    id: payment-before-charge
                    description: Asks a service.
                    group: payment
                    precondition: "{{role.payment}}"
                    routeConfigurationId: hook
                    from:
                      uri: direct:payment-before-charge
                      steps:
                        - removeHeaders:
                            id: strip-fraud
                            pattern: "*"
                        - to:
                            id: to-fraud
                            uri: https://fraud.example.com/score
                            parameters:
                              httpMethod: POST
                        - filter:
                            id: if-suspect
                            expression:
                              simple:
                                expression: ${body} contains 'suspect'
                            steps:
                              - bean:
                                  id: hold-suspect
                                  ref: paymentHook
                                  method: hold('suspect')
                """);
        Path good = Files.writeString(empty.resolveSibling("one.json"),
                "{\"userId\":\"ada\",\"amount\":5,\"method\":\"card\"}");

        // When
        int code = dryRun(empty.toString(), "--payments", good.toString(), "--answer", "to-fraud=suspect");

        // Then
        assertThat(out.toString()).contains("would call POST https://fraud.example.com/score", "\"amount_minor\":500",
                "holds it for review: suspect", "answered as you said");
        assertThat(code).isZero();
    }

    @Test
    void shouldTellTheHookAfterAnOutcome() throws Exception {
        // Given
        write("routes/told.camel.yaml", """
                - route:
                    id: payment-after-outcome
                    description: Tells the ledger.
                    group: payment
                    precondition: "{{role.payment}}"
                    routeConfigurationId: hook
                    from:
                      uri: direct:payment-after-outcome
                      steps:
                        - setBody:
                            id: told-what
                            expression:
                              simple:
                                expression: "${header.paymentStatus} ${header.paymentCapturedMinor} ${header.paymentReason}"
                        - removeHeaders:
                            id: strip-told
                            pattern: "*"
                        - to:
                            id: to-ledger
                            uri: https://ledger.example.com/outcomes
                            parameters:
                              httpMethod: POST
                """);
        Path one = payment("{\"userId\":\"ada\",\"amount\":5,\"method\":\"card\"}");

        // When
        int code = dryRun(empty.toString(), "--payments", one.toString(), "--events", EVENTS + "/stripe", "--provider",
                "stripe");

        // Then
        String call = "would call POST https://ledger.example.com/outcomes with ";
        assertThat(out.toString()).contains("when completed, " + call + "completed 500  (step to-ledger)",
                "when failed, " + call + "failed 0 declined (step to-ledger)",
                "effect       applied: authorized -> completed\n  books        captured 49.99 USD\n"
                        + "  payment-after-outcome when completed, " + call + "completed 4999 ");
        assertThat(code).isEqualTo(1);
    }

    @Test
    void shouldAskTheHooksOfTheNotificationsForEachMessage() throws Exception {
        // Given
        write("routes/channels.camel.yaml", """
                - route:
                    id: notification-channels
                    description: A mail and a message to the shop.
                    group: notification
                    precondition: "{{role.notification}}"
                    routeConfigurationId: grpc-edge
                    from:
                      uri: direct:notification-channels
                      steps:
                        - bean:
                            id: own-mail
                            ref: channels
                            method: email
                        - setHeaders:
                            id: own-words
                            headers:
                              - name: kind
                                expression:
                                  constant:
                                    expression: shop
                              - name: text
                                expression:
                                  simple:
                                    expression: "${body.amount} ${body.status}"
                        - bean:
                            id: own-shop
                            ref: channels
                            method: add
                - route:
                    id: notification-before-message
                    description: No mail to the test domain.
                    group: notification
                    precondition: "{{role.notification}}"
                    routeConfigurationId: work
                    from:
                      uri: direct:notification-before-message
                      steps:
                        - filter:
                            id: if-mail
                            expression:
                              simple:
                                expression: "${header.kind} == 'email'"
                            steps:
                              - setHeader:
                                  id: keep-it
                                  name: suppress
                                  expression:
                                    constant:
                                      expression: test domain
                - route:
                    id: notification-send-shop
                    description: To the shop.
                    group: notification
                    precondition: "{{role.notification}}"
                    routeConfigurationId: work
                    from:
                      uri: direct:notification-send-shop
                      steps:
                        - log:
                            id: log-shop
                            message: sent
                """);
        Path one = payment("{\"userId\":\"ada\",\"amount\":5,\"method\":\"card\"}");

        // When
        int code = dryRun(empty.toString(), "--payments", one.toString());

        // Then
        assertThat(out.toString()).contains(
                "mail         none when completed: notification-before-message keeps it, suppressed: test domain",
                "shop         when completed, to shop:", "| 5.00 USD completed", "packaged     mail: when completed");
        assertThat(code).isZero();
    }
}
