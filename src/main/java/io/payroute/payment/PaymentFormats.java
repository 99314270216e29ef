package io.payroute.payment;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Named;

import org.apache.camel.component.jackson.JacksonDataFormat;
import org.apache.camel.dataformat.protobuf.ProtobufDataFormat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import io.payroute.proto.notification.NotificationUpdated;
import io.payroute.proto.payment.PaymentRequest;
import io.payroute.proto.payment.PaymentStatusUpdated;
import io.quarkus.arc.Unremovable;

/** The data formats of the payment routes, named here so that no class name stands in a route. */
@ApplicationScoped
public class PaymentFormats {

    /** Strict: no duplicate key, nothing behind the object, and numbers never as binary floating point. */
    @Produces
    @ApplicationScoped
    @Unremovable
    @Named("paymentRequestJson")
    public JacksonDataFormat json() {
        JsonMapper mapper = JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).disable(JsonParser.Feature.INCLUDE_SOURCE_IN_LOCATION)
                .build();
        return new JacksonDataFormat(mapper, JsonNode.class);
    }

    @Produces
    @ApplicationScoped
    @Unremovable
    @Named("paymentRequestProtobuf")
    public ProtobufDataFormat protobuf() {
        return new ProtobufDataFormat(PaymentRequest.getDefaultInstance());
    }

    /** Topic payment.status-updated. */
    @Produces
    @ApplicationScoped
    @Unremovable
    @Named("paymentStatusUpdated")
    public ProtobufDataFormat statusUpdated() {
        return new ProtobufDataFormat(PaymentStatusUpdated.getDefaultInstance());
    }

    @Produces
    @ApplicationScoped
    @Unremovable
    @Named("notificationUpdated")
    ProtobufDataFormat notificationUpdated() {
        return new ProtobufDataFormat(NotificationUpdated.getDefaultInstance());
    }
}
