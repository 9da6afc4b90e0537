package main

import (
	"bytes"
	"context"
	"crypto/sha1"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"time"
)

// database is the MySQL account in which Grafana would keep its own data.
type database struct {
	address  string
	user     string
	password string
}

const (
	longPassword     = 0x00000001
	protocol41       = 0x00000200
	secureConnection = 0x00008000
	pluginAuth       = 0x00080000
	method           = "mysql_native_password"
)

// login opens a session with the account, and ends it. It speaks the client/server protocol of
// MySQL 4.1 and later, as its documentation describes the connection phase.
func (d *database) login(ctx context.Context) error {
	connection, err := (&net.Dialer{Timeout: 2 * time.Second}).DialContext(ctx, "tcp", d.address)
	if err != nil {
		return err
	}
	defer connection.Close()
	if deadline, bounded := ctx.Deadline(); bounded {
		_ = connection.SetDeadline(deadline)
	}
	greeting, err := packet(connection)
	if err != nil {
		return fmt.Errorf("no greeting: %w", err)
	}
	challenge, err := scramble(greeting)
	if err != nil {
		return err
	}
	var reply bytes.Buffer
	flags := uint32(longPassword | protocol41 | secureConnection | pluginAuth)
	_ = binary.Write(&reply, binary.LittleEndian, flags)
	_ = binary.Write(&reply, binary.LittleEndian, uint32(1<<24))
	reply.WriteByte(45) // utf8mb4_general_ci
	reply.Write(make([]byte, 23))
	reply.WriteString(d.user + "\x00")
	token := response(d.password, challenge)
	reply.WriteByte(byte(len(token)))
	reply.Write(token)
	reply.WriteString(method + "\x00")
	length := reply.Len()
	header := []byte{byte(length), byte(length >> 8), byte(length >> 16), 1}
	if _, err := connection.Write(append(header, reply.Bytes()...)); err != nil {
		return err
	}
	result, err := packet(connection)
	switch {
	case err != nil:
		return fmt.Errorf("no answer to the login: %w", err)
	case result[0] == 0x00:
		return nil
	case result[0] == 0xff && len(result) > 9:
		return fmt.Errorf("refused: %s", result[9:])
	}
	return fmt.Errorf("the server wants another way to log in than %s", method)
}

// packet reads one packet; it is never empty.
func packet(from io.Reader) ([]byte, error) {
	header := make([]byte, 4)
	if _, err := io.ReadFull(from, header); err != nil {
		return nil, err
	}
	body := make([]byte, int(header[0])|int(header[1])<<8|int(header[2])<<16)
	if len(body) == 0 {
		return nil, errors.New("an empty packet")
	}
	_, err := io.ReadFull(from, body)
	return body, err
}

// scramble takes the 20 bytes of the challenge out of a greeting of protocol version 10.
func scramble(greeting []byte) ([]byte, error) {
	if greeting[0] == 0xff && len(greeting) > 3 {
		return nil, fmt.Errorf("refused: %s", greeting[3:])
	}
	end := bytes.IndexByte(greeting, 0)
	// Behind the version: connection id (4), first part (8), filler (1), flags (2), character set
	// (1), status (2), more flags (2), length (1), filler (10), second part (12).
	if greeting[0] != 10 || end < 0 || len(greeting) < end+1+43 {
		return nil, errors.New("not a greeting of MySQL")
	}
	rest := greeting[end+1:]
	return append(append([]byte{}, rest[4:12]...), rest[31:43]...), nil
}

// response is SHA1(password) XOR SHA1(challenge, SHA1(SHA1(password))).
func response(password string, challenge []byte) []byte {
	if password == "" {
		return nil
	}
	once := sha1.Sum([]byte(password))
	twice := sha1.Sum(once[:])
	mask := sha1.Sum(append(append([]byte{}, challenge...), twice[:]...))
	for index := range mask {
		mask[index] ^= once[index]
	}
	return mask[:]
}
