package io.payroute.platform.grpc;

/** A request that breaks a rule of the contract. Its message is written for the caller and is sent to him. */
public class InvalidRequestException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    public InvalidRequestException(String message) {
        super(message);
    }
}
