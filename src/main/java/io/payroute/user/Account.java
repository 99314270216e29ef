package io.payroute.user;

import java.time.Instant;
import java.util.UUID;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.NamedQuery;
import jakarta.persistence.Table;

/**
 * A person, as routes read one. It is written by statements alone, each in one transaction with its event, and holds no password:
 * what reads a person for somebody else cannot give it away.
 */
@Entity
@Table(name = "account")
@NamedQuery(name = "account-by-id", query = "SELECT a FROM Account a WHERE a.id = :id")
public class Account {

    @Id
    private UUID id;
    private String email;
    private String name;
    @Column(name = "created_at")
    private Instant createdAt;

    protected Account() {
    }

    Account(UUID id, String email, String name, Instant createdAt) {
        this.id = id;
        this.email = email;
        this.name = name;
        this.createdAt = createdAt;
    }

    public UUID getId() {
        return id;
    }

    public String getEmail() {
        return email;
    }

    public String getName() {
        return name;
    }

    public Instant getCreatedAt() {
        return createdAt;
    }
}
