package io.parktls.integration.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.mongodb.MongoClientSettings;
import com.mongodb.ServerAddress;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.event.ConnectionPoolListener;
import com.mongodb.event.ConnectionReadyEvent;
import com.mongodb.event.ServerHeartbeatFailedEvent;
import com.mongodb.event.ServerHeartbeatSucceededEvent;
import com.mongodb.event.ServerMonitorListener;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import io.parktls.integration.ServerIdentity;
import io.parktls.integration.SoftwareContract;
import io.parktls.integration.Target;
import io.parktls.integration.TlsFront;
import io.parktls.integration.WithParkTls;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.bson.Document;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * Tests the synchronous driver of MongoDB against mongo-java-server. One client has a pool of connections and threads
 * that watch the server, so all virtual threads share one.
 */
@WithParkTls
final class MongoTest extends SoftwareContract {
    private @Nullable MongoServer server;
    private @Nullable TlsFront front;

    @Override
    protected int start(ServerIdentity identity, Path directory) throws Exception {
        server = new MongoServer(new MemoryBackend());
        front = new TlsFront(identity.jdkContext(), TlsFront.Prologue.NONE, false, server.bind());
        return front.port();
    }

    @Override
    protected void stop() throws Exception {
        if (front != null) {
            front.close();
        }
        if (server != null) {
            server.shutdownNow();
        }
    }

    @Override
    protected void roundTrip(Target target, Meanwhile meanwhile) throws Exception {
        CompletableFuture<Boolean> reached = new CompletableFuture<>();
        try (MongoClient client = client(target, 1, reached, new CountDownLatch(1))) {
            reached.get(HANG_SECONDS, TimeUnit.SECONDS);
            meanwhile.run();
            exchange(client);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    @Override
    protected void roundTripsAtOnce(Target target) throws Exception {
        CountDownLatch missing = new CountDownLatch(MANY);
        try (MongoClient client = client(target, MANY, new CompletableFuture<>(), missing)) {
            // The pool opens its connections in the background.
            assertTrue(missing.await(HANG_SECONDS, TimeUnit.SECONDS), () -> missing.getCount() + " are missing");
            inVirtualThreads(() -> exchange(client));
        }
    }

    private static void exchange(MongoClient client) {
        MongoCollection<Document> collection = client.getDatabase("test").getCollection("documents");
        ObjectId id = new ObjectId();
        collection.insertOne(new Document("_id", id).append("text", "text".repeat(1000)));
        Document found = collection.find(Filters.eq("_id", id)).first();
        assertEquals("text".repeat(1000), found == null ? null : found.getString("text"));
    }

    /**
     * Returns a client.
     *
     * @param connections the size of the pool
     * @param reached completed by the first answer or failure in the thread that watches the server
     * @param missing counts the connections of the pool
     */
    private static MongoClient client(
            Target target, int connections, CompletableFuture<Boolean> reached, CountDownLatch missing) {
        return MongoClients.create(MongoClientSettings.builder()
                .applyToClusterSettings(
                        cluster -> cluster.hosts(List.of(new ServerAddress(target.host(), target.port())))
                                .serverSelectionTimeout(HANG_SECONDS, TimeUnit.SECONDS))
                .applyToSslSettings(
                        ssl -> ssl.enabled(true).context(target.trust().context()))
                .applyToConnectionPoolSettings(pool -> pool.minSize(connections)
                        .maxSize(connections)
                        .maxConnecting(connections)
                        .addConnectionPoolListener(new ConnectionPoolListener() {
                            @Override
                            public void connectionReady(ConnectionReadyEvent event) {
                                missing.countDown();
                            }
                        }))
                .applyToServerSettings(monitor -> monitor.addServerMonitorListener(new ServerMonitorListener() {
                    @Override
                    public void serverHeartbeatSucceeded(ServerHeartbeatSucceededEvent event) {
                        reached.complete(true);
                    }

                    @Override
                    public void serverHeartbeatFailed(ServerHeartbeatFailedEvent event) {
                        reached.completeExceptionally(event.getThrowable());
                    }
                }))
                .build());
    }
}
