from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_weekly_mail_and_partners'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='rating_mail_on',
            field=models.DateField(blank=True, editable=False, null=True, verbose_name='senaste mail om omdömen'),
        ),
    ]
