package io.payroute.platform.kafka;

import java.util.ArrayList;
import java.util.List;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;

/** Collects what a batch's records were decoded to into one list, without those that became dead letters. */
@ApplicationScoped
@Named("decodedRecords")
public class DecodedRecords implements AggregationStrategy {

    private static final String LIST = "payrouteDecoded";

    @Override
    @SuppressWarnings("unchecked")
    public Exchange aggregate(Exchange batch, Exchange record) {
        Exchange result = batch == null ? record : batch;
        List<Object> decoded = result.getProperty(LIST, List.class);
        if (decoded == null) {
            decoded = new ArrayList<>();
            result.setProperty(LIST, decoded);
        }
        Object body = record.getMessage().getBody();
        if (body != null && record.getException() == null) {
            decoded.add(body);
        }
        return result;
    }

    @Override
    public void onCompletion(Exchange result) {
        if (result != null) {
            result.getMessage().setBody(result.getProperty(LIST, List.class));
        }
    }
}
