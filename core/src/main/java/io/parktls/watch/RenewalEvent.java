package io.parktls.watch;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timestamp;
import org.jspecify.annotations.Nullable;

/**
 * The JDK Flight Recorder event of a renewal from files, or of contents that cannot be used. It contains no secrets. It
 * is recorded only if a recording enables it by name.
 */
@Name("io.parktls.CertificateRenewal")
@Label("Certificate Renewal")
@Category("ParkTLS")
@StackTrace(false)
@Enabled(false)
final class RenewalEvent extends Event {
    @Label("Files")
    @Nullable
    String files;

    @Label("Renewed")
    @Description("Whether the content of the files is in use from now on")
    boolean renewed;

    @Label("Subject")
    @Description("The subject of the certificate in use")
    @Nullable
    String subject;

    @Label("Serial Number")
    @Description("The serial number of the certificate in use, in hexadecimal")
    @Nullable
    String serialNumber;

    @Label("Expiry")
    @Description("The end of the validity of the certificate in use")
    @Timestamp(Timestamp.MILLISECONDS_SINCE_EPOCH)
    long expiry;

    @Label("Failure")
    @Nullable
    String failure;

    private RenewalEvent() {}

    /**
     * Records an event.
     *
     * @param failure null if the value was renewed
     */
    static void record(String files, Loaded<?> inUse, @Nullable String failure) {
        RenewalEvent event = new RenewalEvent();
        if (!event.shouldCommit()) {
            return;
        }
        event.files = files;
        event.renewed = failure == null;
        event.subject = inUse.certificate().getSubjectX500Principal().getName();
        event.serialNumber = inUse.certificate().getSerialNumber().toString(16);
        event.expiry = inUse.expiry().toEpochMilli();
        event.failure = failure;
        event.commit();
    }
}
