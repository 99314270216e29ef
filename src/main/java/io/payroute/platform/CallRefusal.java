package io.payroute.platform;

import java.util.List;
import java.util.Locale;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import io.payroute.platform.Refusal.Kind;

/**
 * A refusal on its way over gRPC and back. What the status has no place for, the fields, the type and the pause, goes with it as
 * everywhere with gRPC: {@code google.rpc.Status} with {@code BadRequest}, {@code ErrorInfo} and {@code RetryInfo}.
 */
public final class CallRefusal {

    private static final Metadata.Key<com.google.rpc.Status> DETAILS = Metadata.Key.of("grpc-status-details-bin",
            ProtoUtils.metadataMarshaller(com.google.rpc.Status.getDefaultInstance()));
    private static final String DOMAIN = "payroute";
    /** The caller's own service was not let in, which is no affair of whoever called that one. */
    private static final String NOT_LET_IN = "caller-not-let-in";
    private static final int RETRY_AFTER_SECONDS = 1;

    private CallRefusal() {
    }

    /** @param told to the caller, for this refusal */
    public static Metadata details(Refusal refusal, Status told) {
        com.google.rpc.Status.Builder status = status(told, refusal.type());
        if (!refusal.errors().isEmpty()) {
            BadRequest.Builder fields = BadRequest.newBuilder();
            refusal.errors().forEach(error -> fields.addFieldViolationsBuilder().setField(error.field())
                    .setReason(error.rule()).setDescription(error.detail()));
            status.addDetails(Any.pack(fields.build()));
        }
        refusal.retryAfterSeconds().ifPresent(seconds -> status.addDetails(Any.pack(
                RetryInfo.newBuilder().setRetryDelay(Duration.newBuilder().setSeconds(seconds)).build())));
        return trailers(status);
    }

    /** For a caller whose token is missing or too weak. */
    public static Metadata notLetIn(Status told) {
        return trailers(status(told, NOT_LET_IN));
    }

    private static com.google.rpc.Status.Builder status(Status told, String reason) {
        return com.google.rpc.Status.newBuilder().setCode(told.getCode().value())
                .setMessage(told.getDescription() == null ? "" : told.getDescription())
                .addDetails(Any.pack(ErrorInfo.newBuilder().setDomain(DOMAIN).setReason(reason).build()));
    }

    private static Metadata trailers(com.google.rpc.Status.Builder status) {
        Metadata trailers = new Metadata();
        trailers.put(DETAILS, status.build());
        return trailers;
    }

    /** Whether a server of ours says so itself, so that it answers. */
    public static boolean isTold(Metadata trailers) {
        return trailers.containsKey(DETAILS);
    }

    /**
     * What a call came back with, for whoever asked us.
     *
     * @return null for what is no refusal: a fault, of ours or of the other side, or no answer in time
     */
    public static Refusal of(StatusRuntimeException failure) {
        Status.Code code = failure.getStatus().getCode();
        com.google.rpc.Status told = failure.getTrailers() == null ? null : failure.getTrailers().get(DETAILS);
        ErrorInfo info = detail(told, ErrorInfo.class);
        if (info != null && info.getReason().equals(NOT_LET_IN)) {
            return null;
        }
        Kind kind = switch (code) {
            case INVALID_ARGUMENT, OUT_OF_RANGE -> Kind.INVALID;
            case UNAUTHENTICATED -> Kind.UNAUTHENTICATED;
            case PERMISSION_DENIED -> Kind.FORBIDDEN;
            case NOT_FOUND -> Kind.NOT_FOUND;
            case ALREADY_EXISTS, FAILED_PRECONDITION, ABORTED -> Kind.CONFLICT;
            case RESOURCE_EXHAUSTED -> Kind.TOO_MANY;
            default -> null;
        };
        if (kind == null) {
            return null;
        }
        RetryInfo retry = detail(told, RetryInfo.class);
        int pause = kind == Kind.TOO_MANY ? RETRY_AFTER_SECONDS : -1;
        int seconds = retry == null ? pause : (int) Math.max(RETRY_AFTER_SECONDS, retry.getRetryDelay().getSeconds());
        String words = failure.getStatus().getDescription();
        return Refusal.told(kind, info == null ? word(code) : info.getReason(), words == null ? word(code) : words,
                fields(detail(told, BadRequest.class)), seconds);
    }

    private static String word(Status.Code code) {
        return code.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static List<FieldError> fields(BadRequest request) {
        return request == null
                ? List.of()
                : request.getFieldViolationsList().stream()
                        .map(field -> new FieldError(field.getField(), field.getReason(), field.getDescription())).toList();
    }

    private static <T extends Message> T detail(com.google.rpc.Status status, Class<T> type) {
        for (Any detail : status == null ? List.<Any>of() : status.getDetailsList()) {
            if (detail.is(type)) {
                try {
                    return detail.unpack(type);
                } catch (InvalidProtocolBufferException e) {
                    return null;
                }
            }
        }
        return null;
    }
}
