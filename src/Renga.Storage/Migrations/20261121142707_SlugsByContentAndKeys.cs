using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Renga.Storage.Migrations
{
    /// <inheritdoc />
    public partial class SlugsByContentAndKeys : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AlterColumn<string>(
                name: "Checksum",
                table: "slugs",
                type: "TEXT",
                nullable: true,
                oldClrType: typeof(string),
                oldType: "TEXT");

            migrationBuilder.AddColumn<long>(
                name: "DeletedAt",
                table: "slugs",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Image",
                table: "slugs",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "UpdatedAt",
                table: "slugs",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            // Images were named by their slug before; the slug store renames the files at its first start.
            migrationBuilder.Sql("UPDATE slugs SET Image = lower(substr(Checksum, 8)), UpdatedAt = CreatedAt WHERE Checksum LIKE 'SHA256:%'");

            migrationBuilder.AddColumn<string>(
                name: "Buildpacks",
                table: "builds",
                type: "TEXT",
                nullable: false,
                defaultValue: "[]");

            migrationBuilder.AddColumn<string>(
                name: "SourceUrl",
                table: "builds",
                type: "TEXT",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "ssh_keys",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    AccountId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Fingerprint = table.Column<string>(type: "TEXT", nullable: false),
                    PublicKey = table.Column<string>(type: "TEXT", nullable: false),
                    Comment = table.Column<string>(type: "TEXT", nullable: false),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    UpdatedAt = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ssh_keys", x => x.Id);
                    table.ForeignKey(
                        name: "FK_ssh_keys_accounts_AccountId",
                        column: x => x.AccountId,
                        principalTable: "accounts",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_slugs_Image",
                table: "slugs",
                column: "Image");

            migrationBuilder.CreateIndex(
                name: "IX_ssh_keys_AccountId",
                table: "ssh_keys",
                column: "AccountId");

            migrationBuilder.CreateIndex(
                name: "IX_ssh_keys_Fingerprint",
                table: "ssh_keys",
                column: "Fingerprint",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "ssh_keys");

            migrationBuilder.DropIndex(
                name: "IX_slugs_Image",
                table: "slugs");

            migrationBuilder.DropColumn(
                name: "DeletedAt",
                table: "slugs");

            migrationBuilder.DropColumn(
                name: "Image",
                table: "slugs");

            migrationBuilder.DropColumn(
                name: "UpdatedAt",
                table: "slugs");

            migrationBuilder.DropColumn(
                name: "Buildpacks",
                table: "builds");

            migrationBuilder.DropColumn(
                name: "SourceUrl",
                table: "builds");

            migrationBuilder.AlterColumn<string>(
                name: "Checksum",
                table: "slugs",
                type: "TEXT",
                nullable: false,
                defaultValue: "",
                oldClrType: typeof(string),
                oldType: "TEXT",
                oldNullable: true);
        }
    }
}
