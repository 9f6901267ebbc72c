package io.parktls.engine.bouncycastle;

import io.parktls.pki.BouncyCastleJars;
import org.apache.logging.log4j.LogManager;

/**
 * States whether sessions can be resumed with the Bouncy Castle on the class path. Resumption depends on the order in
 * which Bouncy Castle derives and hashes, see {@link OfferedKey}, {@link PreSharedKeyExtension} and
 * {@link ConnectionCrypto#createHash}, which another version may change. With another version all handshakes are
 * therefore full ones; they work as before.
 */
final class ResumptionSupport {
    private ResumptionSupport() {}

    /** The result, computed and logged once. */
    private static final class Result {
        static final boolean AVAILABLE = check();

        private static boolean check() {
            boolean tested = BouncyCastleJars.isTestedVersion();
            if (!tested) {
                LogManager.getLogger(ResumptionSupport.class)
                        .warn(
                                "sessions are not resumed, because ParkTLS was tested with Bouncy Castle {} and not"
                                        + " with the version on the class path; all handshakes are full ones",
                                BouncyCastleJars.NEEDED);
            }
            return tested;
        }
    }

    static boolean isAvailable() {
        return Result.AVAILABLE;
    }
}
