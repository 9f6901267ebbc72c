package io.parktls.bench.load;

import io.parktls.TlsStatus;
import java.io.IOException;

/** The work of a {@link Client} on its established connection. Used by its loop's thread only. */
interface Work {
    /**
     * Does a limited amount of work without waiting.
     *
     * @return OK to be called again; WANT_READ or WANT_WRITE to be called when the link is ready; CLOSED when the work
     *     is done
     */
    TlsStatus advance(Link link) throws IOException;
}
