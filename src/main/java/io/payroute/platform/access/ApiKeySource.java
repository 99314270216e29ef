package io.payroute.platform.access;

import java.util.List;
import java.util.UUID;

/** Where API keys are kept: in the database of the role that has them. Both calls block. */
public interface ApiKeySource {

    /** Whether this process has them. */
    boolean isActive();

    /** All keys that are neither revoked nor expired, a bounded number. */
    List<ApiKey> valid() throws Exception;

    /** Notes that the key is in use. */
    void used(UUID id) throws Exception;
}
