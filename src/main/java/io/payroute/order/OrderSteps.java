package io.payroute.order;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;

import org.apache.camel.Body;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Message;
import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.grpc.Status;
import io.payroute.order.SettleSaga.Payment;
import io.payroute.order.SettleSaga.Result;
import io.payroute.order.model.Order;
import io.payroute.order.model.OrderRole;
import io.payroute.order.model.OrderSaga;
import io.payroute.order.model.OrderStatus;
import io.payroute.order.model.SagaFact;
import io.payroute.order.model.SagaStep;
import io.payroute.platform.Causes;
import io.payroute.platform.CrashPoint;
import io.payroute.platform.Ids;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.outbox.EventEnvelope;
import io.payroute.platform.work.Backoff;
import io.payroute.proto.inventory.CommitStockRequest;
import io.payroute.proto.inventory.ReleaseStockRequest;
import io.payroute.proto.inventory.ReserveStockRequest;
import io.payroute.proto.inventory.ReserveStockResponse;
import io.payroute.proto.inventory.StockItem;
import io.payroute.proto.payment.CheckPaymentStatusRequest;
import io.payroute.proto.payment.InitiatePaymentRequest;
import io.payroute.proto.payment.PaymentResponse;
import io.payroute.proto.payment.ReversePaymentRequest;

/**
 * The steps of an order as its routes take them: the request to the other role, what its answer means, and what is stored of it. An
 * answer that never came leaves the step as it is, to be taken again after a growing pause: each call may be repeated.
 */
@ApplicationScoped
@Named("orderSteps")
public class OrderSteps {

    private static final String TASK = "orderTask";
    private static final String TOLD = "orderTold";
    private static final int MAX_REASON = 300;
    private static final Duration FIRST_CHECK = Duration.ofSeconds(2);

    /** What another role answered. */
    private record Told(SagaFact fact, String reason, Payment payment) {
        static Told of(SagaFact fact) {
            return new Told(fact, null, Payment.UNKNOWN);
        }
    }

    private final SettleSaga settle;
    private final SagaRefusals refusals;
    private final String createdTopic;
    private final String updatedTopic;
    private final Backoff backoff;
    private final Duration checkInterval;
    private final Duration paymentTimeout;

    @Inject
    OrderSteps(CamelContext context, RoleDatabases databases, @ConfigProperty(name = "topic.order-created") String createdTopic,
            @ConfigProperty(name = "topic.order-status-updated") String updatedTopic,
            @ConfigProperty(name = "order.saga.lease") Duration lease,
            @ConfigProperty(name = "order.retry-first") Duration first,
            @ConfigProperty(name = "order.retry-max") Duration max,
            @ConfigProperty(name = "order.payment-check-interval") Duration checkInterval,
            @ConfigProperty(name = "order.payment-timeout") Duration paymentTimeout) {
        this(new SettleSaga(databases.of(OrderRole.NAME), () -> !context.isRunAllowed()), new SagaRefusals(lease), createdTopic,
                updatedTopic, new Backoff(first, max), checkInterval, paymentTimeout);
    }

    OrderSteps(SettleSaga settle, SagaRefusals refusals, String createdTopic, String updatedTopic, Backoff backoff,
            Duration checkInterval, Duration paymentTimeout) {
        this.settle = settle;
        this.refusals = refusals;
        this.createdTopic = createdTopic;
        this.updatedTopic = updatedTopic;
        this.backoff = backoff;
        this.checkInterval = checkInterval;
        this.paymentTimeout = paymentTimeout;
    }

    /** Keeps the task, and says its step in a header, by which the route goes on. */
    public void begin(@Body SagaTask task, Exchange exchange) {
        exchange.setProperty(TASK, task);
        exchange.getMessage().setHeader("step", task.step().word());
    }

    public ReserveStockRequest reserve(@ExchangeProperty(TASK) SagaTask task) {
        ReserveStockRequest.Builder request = ReserveStockRequest.newBuilder().setOrderId(task.order().id().toString());
        task.order().items().forEach(item -> request.addItems(
                StockItem.newBuilder().setProductId(item.productId().toString()).setQuantity(item.quantity())));
        return request.build();
    }

    public void reserved(@Body ReserveStockResponse answer, Exchange exchange) {
        tell(exchange, new Told(answer.getSuccess() ? SagaFact.RESERVED : SagaFact.REFUSED,
                answer.getSuccess() ? null : answer.getMessage(), Payment.UNKNOWN));
    }

    public InitiatePaymentRequest pay(@ExchangeProperty(TASK) SagaTask task) {
        Order order = task.order();
        return InitiatePaymentRequest.newBuilder().setOrderId(order.id().toString()).setUserId(order.userId())
                .setAmountMinor(order.amount().minor()).setCurrency(order.amount().currency())
                .setPaymentMethodId(order.method()).build();
    }

    public CheckPaymentStatusRequest check(@ExchangeProperty(TASK) SagaTask task) {
        return CheckPaymentStatusRequest.newBuilder().setOrderId(task.order().id().toString()).build();
    }

    /** A key for each attempt: one that the provider refused is made anew, and payment takes back no more than there is. */
    public ReversePaymentRequest reverse(@ExchangeProperty(TASK) SagaTask task) {
        return ReversePaymentRequest.newBuilder().setOrderId(task.order().id().toString())
                .setIdempotencyKey(task.order().id() + "-" + task.claim()).build();
    }

    public void told(@Body PaymentResponse answer, @ExchangeProperty(TASK) SagaTask task, Exchange exchange) {
        SagaFact fact = switch (answer.getPaymentStatus()) {
            case "completed", "partially_refunded" -> SagaFact.PAYMENT_PAID;
            case "failed", "cancelled" -> SagaFact.PAYMENT_FAILED;
            case "refunded" -> SagaFact.PAYMENT_REFUNDED;
            default -> SagaFact.PAYMENT_PENDING;
        };
        if (task.step() == SagaStep.REVERSE) {
            CrashPoint.reached("order-reversed");
        }
        String reason = fact == SagaFact.PAYMENT_FAILED ? "payment failed: " + answer.getMessage() : null;
        tell(exchange, new Told(fact, reason, new Payment(Ids.parse(answer.getPaymentId()),
                orNull(answer.getUrl()), orNull(answer.getClientSecret()))));
    }

    public CommitStockRequest commit(@ExchangeProperty(TASK) SagaTask task) {
        return CommitStockRequest.newBuilder().setOrderId(task.order().id().toString()).build();
    }

    public void committed(Exchange exchange) {
        CrashPoint.reached("order-sold");
        tell(exchange, Told.of(SagaFact.COMMITTED));
    }

    public ReleaseStockRequest release(@ExchangeProperty(TASK) SagaTask task) {
        return ReleaseStockRequest.newBuilder().setOrderId(task.order().id().toString()).build();
    }

    public void released(Exchange exchange) {
        CrashPoint.reached("order-released");
        tell(exchange, Told.of(SagaFact.RELEASED));
    }

    /** A refusal in a code of gRPC may be an answer, too; whatever else failed is none. */
    public void refused(Exchange exchange, @ExchangeProperty(TASK) SagaTask task,
            @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Throwable failure) {
        Told told = refusals.fact(task, Status.fromThrowable(failure).getCode())
                .map(fact -> new Told(fact, reason(failure), Payment.UNKNOWN)).orElse(null);
        exchange.setProperty(TOLD, told == null ? failure : told);
    }

    private static String reason(Throwable failure) {
        String description = Status.fromThrowable(failure).getDescription();
        return Causes.mask(description == null ? "refused" : description);
    }

    private static void tell(Exchange exchange, Told told) {
        exchange.setProperty(TOLD, told);
    }

    /** @return ends after the commit */
    public CompletionStage<Void> settle(Exchange exchange, @ExchangeProperty(TASK) SagaTask task) {
        Message message = exchange.getMessage();
        message.removeHeaders("*");
        message.setBody(task.order().id());
        return settle.settle(exchange.getProperty(TOLD) instanceof Told told
                ? result(task, told)
                : failed(task, exchange.getProperty(TOLD, Throwable.class)));
    }

    Result result(SagaTask task, Told told) {
        Order order = task.order();
        SagaFact fact = isOverdue(task, told) ? SagaFact.CANCEL_REQUESTED : told.fact();
        OrderSaga.Next next = OrderSaga.decide(order.status(), task.step(), fact).orElseThrow(() -> new IllegalStateException(
                "An order that is " + order.status() + " at " + task.step().word() + " was told " + fact));
        String reason = next.status() == order.status()
                ? null
                : brief(fact == SagaFact.CANCEL_REQUESTED ? "the payment was not confirmed in time" : told.reason());
        return new Result(order.id(), task.claim(), next.step(), delay(task, next), false, null, order.status(), next.status(),
                reason, told.payment(), event(task, next, reason));
    }

    private boolean isOverdue(SagaTask task, Told told) {
        return told.fact() == SagaFact.PAYMENT_PENDING && task.step() == SagaStep.AWAIT_PAYMENT
                && task.order().status() == OrderStatus.PENDING && task.inStep().compareTo(paymentTimeout) > 0;
    }

    /**
     * What is not answered yet is looked at again later, a payment soon at first: nothing is told of one that waits for its customer, who
     * looks at his order. Everything else goes on at once. A payment that is still not taken back is
     * asked for after as long a pause as it has taken until now: each time is another attempt at the provider.
     */
    Duration delay(SagaTask task, OrderSaga.Next next) {
        if (next.step() == SagaStep.AWAIT_PAYMENT) {
            Duration waited = task.step() == next.step() ? task.inStep() : Duration.ZERO;
            Duration pause = waited.compareTo(FIRST_CHECK) < 0 ? FIRST_CHECK : waited;
            return pause.compareTo(checkInterval) < 0 ? pause : checkInterval;
        }
        return next.step() == task.step() ? backoff.within(task.inStep()) : Duration.ZERO;
    }

    private EventEnvelope event(SagaTask task, OrderSaga.Next next, String reason) {
        Order order = task.order();
        if (next.step() == SagaStep.PAY) {
            return OrderMessages.event(createdTopic, OrderMessages.CREATED, order, next.status(), null);
        }
        return next.status() == order.status()
                ? null
                : OrderMessages.event(updatedTopic, OrderMessages.STATUS_UPDATED, order, next.status(), reason);
    }

    private Result failed(SagaTask task, Throwable failure) {
        OrderStatus status = task.order().status();
        return new Result(task.order().id(), task.claim(), task.step(), backoff.after(task.failures() + 1), true,
                brief(failure == null ? "no answer" : Causes.brief(failure)), status, status, null, Payment.UNKNOWN, null);
    }

    private static String brief(String text) {
        return text == null ? null : text.substring(0, Math.min(MAX_REASON, text.length()));
    }

    private static String orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    /** The order of this exchange. */
    static UUID order(Exchange exchange) {
        return exchange.getProperty(TASK, SagaTask.class).order().id();
    }

    boolean isBlocked() {
        return settle.isBlocked();
    }

    @PreDestroy
    void close() {
        settle.close();
    }
}
